/* host/elf_weaken.h - a library as one object that a program may override. */
#ifndef HOST_ELF_WEAKEN_H
#define HOST_ELF_WEAKEN_H

/* All that the relocatable object (ELF32) defines becomes weak, so that a program's own
 * function of the same name wins, as it does against an archive. 0, or 126: not done. */
int elf_weaken(const char *path);

#endif
