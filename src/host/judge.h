/* host/judge.h - e2fsck's word on images, several at a time.
 *
 * To start it (the loader, locales, looking at mounts) takes ten times as long as its work on a
 * small image. So it is started once a lane, stopped where it opens its image, and put back to
 * there for each image (preload/serve.c, a library that lies beside ossim). What judges is
 * e2fsck as it is installed. Lanes take turns, so answers come in the order of the images.
 */
#ifndef HOST_JUDGE_H
#define HOST_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

struct judge;

/* What it had to say of the image with that tag that was not expected ("": nothing). */
typedef void judge_said(void *ctx, uint32_t tag, const char *why);

/* Nothing is started yet. said is called from judge_begin and judge_all. NULL: no memory. */
struct judge *judge_create(judge_said *said, void *ctx);
void judge_destroy(struct judge *j);

/* e2fsck -fy on the image, which is copied; `twice`: and -fn on what it left. The answer comes
 * later, at the latest from judge_all. */
void judge_begin(struct judge *j, const uint8_t *image, uint64_t size, bool twice, uint32_t tag);
void judge_all(struct judge *j);
/* NULL, or why there are no more answers: no e2fsck, no library. One that dies of an image or
 * gives no answer in time is that image's fault, and another takes its place. */
const char *judge_trouble(const struct judge *j);

/* At once, of one image, repairing it or not: its exit status, or one of these. `why` gets what
 * judge_said would. */
enum { JUDGE_DIED = -1, JUDGE_LATE = -2, JUDGE_WHY = 256 };
int judge_ask(struct judge *j, const uint8_t *image, uint64_t size, bool repair,
              char why[JUDGE_WHY]);
/* The image as judge_ask's e2fsck left it; until the next is judged. */
const uint8_t *judge_left(const struct judge *j);

/* Before the first image: another e2fsck (NULL: the same), and for how long it may work on one. */
void judge_use(struct judge *j, const char *program, int patience_ms);

/* What a new process prints, of -fy on the image, and its exit status (-1: there is none): to
 * hold the lanes' word against. */
int judge_afresh(const uint8_t *image, uint64_t size, char *text, unsigned room);
/* ...and what the last image's lane did print. */
int judge_last(const struct judge *j, char *text, unsigned room);

#endif
