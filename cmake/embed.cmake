# SPDX-License-Identifier: MIT
# Writes FILES (separated by ':') as C byte arrays into OUT:  struct embedded { name, text, length }.
string(REPLACE ":" ";" FILES "${FILES}")
set(arrays "")
set(table "")
set(n 0)
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR length "${digits} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND arrays "static const char text_${n}[] = {${bytes}0};\n")
  string(APPEND table "    {\"${name}\", text_${n}, ${length}},\n")
  math(EXPR n "${n} + 1")
endforeach()
file(WRITE ${OUT}
  "#include \"base/base.h\"\n\n${arrays}\nconst struct embedded embedded_files[] = {\n${table}    {0, 0, 0}};\n")
