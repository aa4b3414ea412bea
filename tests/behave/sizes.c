/* SPDX-License-Identifier: MIT */
/* The structs are as large as the macros and the report say (REPORT_... come from run.sh). */
#include "helpers.h"

int main(void)
{
    static net_scratch scratch;
    CHECK(sizeof(net_net) == NET_NET_BYTES && NET_NET_BYTES == REPORT_NET);
    CHECK(sizeof(net_scratch) >= NET_SCRATCH_BYTES && sizeof(net_scratch) < NET_SCRATCH_BYTES + 16);
    CHECK(NET_SCRATCH_BYTES ==
          (REPORT_SCRATCH_TRAIN > REPORT_SCRATCH_INFER ? REPORT_SCRATCH_TRAIN : REPORT_SCRATCH_INFER));
    CHECK(NET_PREDICT_SCRATCH_BYTES == REPORT_SCRATCH_INFER);
    CHECK(NET_STACK_BYTES >= REPORT_STACK); /* that of a microcontroller; stack.sh looks at it there */
    CHECK(REPORT_TOTAL == NET_NET_BYTES + NET_SCRATCH_BYTES + REPORT_STACK);
    CHECK(NET_INPUT_BYTES == REPORT_INPUT);
    CHECK(NET_SAVE_BYTES > NET_NET_BYTES && NET_SAVE_BYTES < NET_NET_BYTES + 4096); /* and the table of tensors */
    CHECK(REPORT_LOWER_BOUND <= NET_SCRATCH_BYTES);
    CHECK((uintptr_t)&scratch % 16 == 0);
    CHECK(offsetof(net_net, rate) == 0 && offsetof(net_net, correction2) == 20);
#ifdef NET_SCRATCH
    CHECK(net_input(&scratch) >= (uint8_t *)&scratch &&
          net_input(&scratch) + NET_INPUT_BYTES <= (uint8_t *)&scratch + NET_SCRATCH_BYTES);
#endif
    puts("ok");
    return 0;
}
