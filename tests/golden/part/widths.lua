return { wide = option("width", 4), [10] = 3, narrow = 2, [2] = 5 }
