name “quoted”
