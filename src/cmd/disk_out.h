/* cmd/disk_out.h - what a run leaves on its disk. */
#ifndef CMD_DISK_OUT_H
#define CMD_DISK_OUT_H

#include <machine/machine.h>

/* As an image (--disk-out FILE) and as files of the host (--files-out DIR); each may be
 * NULL. The run is over, and nothing else is asked of the machine afterwards. False: it has
 * been said why (where the file system could not be unmounted, the files are written all the same). */
bool disk_out(struct machine *m, const char *image, const char *dir);

#endif
