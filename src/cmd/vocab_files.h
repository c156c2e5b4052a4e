/* cmd/vocab_files.h - the disk of a workload that has files, as it is at time 0. */
#ifndef CMD_VOCAB_FILES_H
#define CMD_VOCAB_FILES_H

#include <cmd/image.h>
#include <formats/vocabulary.h>

/* Make a file system as large as the disk (or take the image that it has) and put the
 * files on it, with /dev and /tmp. *bytes, to free(), is what the disk's image then is. */
enum err files_image(const struct guest_file *files, uint32_t n, struct fs_config *fs,
                     unsigned journal, uint64_t seed, struct disk_config *disk,
                     uint8_t **bytes, struct diag *diag);

#endif
