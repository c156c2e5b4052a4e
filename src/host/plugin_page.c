/* plugin_page.c - see plugin_page.h */
#include <host/plugin_page.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static struct plugin_page own;
struct plugin_page *plugin_page = &own;
struct plugin_now *plugin_now = &own.now;

bool plugin_page_fresh(void)
{
    struct plugin_page *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        return false;
    *p = *plugin_page;
    plugin_page = p;
    plugin_now = &p->now;
    return true;
}

const char *plugin_page_name(const char *name)
{
    struct plugin_page *p = plugin_page;
    size_t n = strlen(name) + 1;

    if (n > sizeof p->names - p->used)
        return "?";
    char *to = memcpy(p->names + p->used, name, n);
    p->used += n;
    return to;
}

void plugin_page_loading(const char *path, const char *during)
{
    struct plugin_page *p = plugin_page;

    snprintf(p->loading, sizeof p->loading, "%.255s", path ? path : "");
    p->now.op = path ? during : NULL;
    p->now.calls++;
}
