/* mm/replace/s3_fifo.h - S3-FIFO's parameters, and the sizes that they mean. */
#ifndef MM_REPLACE_S3_FIFO_H
#define MM_REPLACE_S3_FIFO_H

#include <ossim/replace.h>

enum { S3_FIFO_USES = 3 };      /* more are not counted */

enum s3_fifo_param { S3_FIFO_SMALL, S3_FIFO_GHOSTS, S3_FIFO_MOVE };

struct s3_fifo_sizes {
    uint32_t main;              /* pages in the main queue, up to which the small one gives */
    uint32_t ghosts;            /* keys remembered */
    uint32_t move;              /* uses in the small queue that move a page on */
};

static inline uint32_t s3_fifo_share(slot_t n, int64_t millionths)
{
    return (uint32_t)((uint64_t)n * (uint64_t)millionths / 1000000);
}

static inline struct s3_fifo_sizes s3_fifo_sizes(const struct replace_params *p, slot_t n)
{
    return (struct s3_fifo_sizes){
        .main = n - s3_fifo_share(n, replace_param_get(p, S3_FIFO_SMALL, 0)),
        .ghosts = s3_fifo_share(n, replace_param_get(p, S3_FIFO_GHOSTS, 0)),
        .move = (uint32_t)replace_param_get(p, S3_FIFO_MOVE, 2) };
}

#endif
