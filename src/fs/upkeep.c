/* upkeep.c - what happens to the cache as time passes, and the counts of it all. */
#include <fs/inside.h>

#include <sim/check.h>

ns_t fs_due(const struct fs *fs)
{
    ns_t oldest = fs->mounted && fs->p.write_back < NS_MAX ? bcache_oldest(&fs->cache)
                                                           : NS_MAX;

    if (oldest == NS_MAX || !journal_is_idle(&fs->j))
        return NS_MAX;
    return oldest > NS_MAX - fs->p.write_back ? NS_MAX : oldest + fs->p.write_back;
}

void fs_tick(struct fs *fs, ns_t now)
{
    DCHECK(bcache_check(&fs->cache));
    if (now > fs->now)
        fs->now = now;
    if (fs_due(fs) > now)
        return;
    if (fs->j.active && fs->cache.nheld)
        journal_start(fs, JOURNAL_COMMIT);
    if (journal_is_idle(&fs->j))
        bcache_write_old(&fs->cache, now - fs->p.write_back, now);
}

void fs_stats(const struct fs *fs, struct fs_stats *st)
{
    const struct bcache *c = &fs->cache;
    const struct journal *j = &fs->j;

    *st = (struct fs_stats){
        .hits = c->hits, .misses = c->misses, .reads = c->reads, .writes = c->writes,
        .read_ahead = c->ahead, .read_ahead_used = c->ahead_used,
        .commits = j->ncommits, .checkpoints = j->ncheckpoints, .log_blocks = j->nlogged,
        .revokes = j->nrevoked, .waits = fs->waits, .dirty = c->ndirty, .held = c->nheld,
        .pinned = c->npinned, .replayed = fs->replayed,
        .log_size = j->active ? journal_capacity(j) : 0, .log_used = j->used,
        .log_head = j->active ? j->head - j->first : 0,
    };
    for (uint32_t i = 0; i < c->nbufs; i++)
        st->cached += c->bufs[i].valid;
}

void fs_stats_add(struct fs_stats *st, const struct fs_stats *from)
{
    st->hits += from->hits;
    st->misses += from->misses;
    st->reads += from->reads;
    st->writes += from->writes;
    st->read_ahead += from->read_ahead;
    st->read_ahead_used += from->read_ahead_used;
    st->commits += from->commits;
    st->checkpoints += from->checkpoints;
    st->log_blocks += from->log_blocks;
    st->revokes += from->revokes;
    st->waits += from->waits;
    st->replayed += from->replayed;
}
