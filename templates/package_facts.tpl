% -- SPDX-License-Identifier: 0BSD
% -- The part of a README that is the same in all packages.
| | |
|---|---|
| input | $(h) x $(w) x $(pixels) |
| scores | $(classes) |
| RAM | $(ram) bytes: net $(net_bytes), scratch $(scratch_bytes), stack $(stack_bytes) |
| weights in flash | $(flash_bytes) bytes |

No heap, no library behind it, C99. Every call is explained in `$(name).h`. Examples draw their samples themselves: put
your sensor into `read_sensor`.

Made again after a change of the network, with the same options:

    tinytl-gen package $(spec) --as $(kind) -o DIR

Files whose first lines say that they were generated are then replaced; take these words out of what you change.
