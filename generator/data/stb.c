/* SPDX-License-Identifier: MIT */
/* The JPEG and PNG decoders, compiled apart: their warnings are not ours.
 * stb_image does not guard against files made to harm (2.27 writes past its Huffman tables when a
 * JPEG's code counts exceed 256); newer versions fix what was reported. */
#define STB_IMAGE_IMPLEMENTATION
#define STBI_FAILURE_USERMSG /* "Corrupt PNG", not "outofdata" */
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_MAX_DIMENSIONS 32768 /* a small file may claim any size */
#include <stb/stb_image.h>
