/* judge.h - e2fsck's word on images, several at a time.
 *
 * To start it (the loader, locales, looking at mounts) takes longer than its work. So it is
 * started once a lane and stopped where it opens its image (preload/serve.c), and each image
 * gets a copy of that process. What judges is e2fsck as it is installed.
 */
#ifndef TESTS_CRASH_JUDGE_H
#define TESTS_CRASH_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

/* e2fsck -fy on the image; `twice`: and -fn on what it left. What it had to say that was not
 * expected ("": nothing) comes later, with the tag; at the latest from judge_all. */
typedef void judge_said(void *ctx, uint32_t tag, const char *why);
void judge_begin(const uint8_t *image, uint64_t size, bool twice, uint32_t tag, judge_said *said,
                 void *ctx);
void judge_all(judge_said *said, void *ctx);
/* Nothing of it is left. */
void judge_close(void);

#endif
