/* handout.c - see handout.h. Hidden parts are dropped from the text before anything is read
 * for it, so that what only they name is not even looked at. */
#include <cmd/handout.h>

#include <cmd/options.h>
#include <cmd/rubric_files.h>
#include <cmd/vocab.h>
#include <grade/grade.h>
#include <host/file.h>

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct handout {
    const char *rubric, *folder;
    struct vocabulary *v;
    cJSON *root;                /* the rubric's text, as it is changed */
    struct rubric *read;        /* of the text without hidden parts */
    struct rubric_files files;
    unsigned nworkloads;
};

static cJSON *field(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

/* --- dropping what is hidden --- */

/* Take an id out of a list of ids. */
static void forget(cJSON *list, const char *id)
{
    for (int i = cJSON_GetArraySize(list); i-- > 0;) {
        const char *at = cJSON_GetStringValue(cJSON_GetArrayItem(list, i));

        if (at && strcmp(at, id) == 0)
            cJSON_DeleteItemFromArray(list, i);
    }
}

static void forget_everywhere(cJSON *parts, const char *id)
{
    cJSON *p, *h;

    cJSON_ArrayForEach(p, parts) {
        forget(field(p, "requires"), id);
        cJSON_ArrayForEach(h, field(p, "hints"))
            forget(field(field(h, "when"), "passes"), id);
    }
}

static void drop_hidden(cJSON *root)
{
    cJSON *parts = field(root, "parts"), *pass = field(root, "pass"), *p;
    double points = 0;

    for (int i = cJSON_GetArraySize(parts); i-- > 0;) {
        cJSON *part = cJSON_GetArrayItem(parts, i);
        const char *seen = cJSON_GetStringValue(field(part, "visibility"));

        if (!seen || strcmp(seen, "hidden") != 0)
            continue;
        cJSON_DetachItemFromArray(parts, i);
        forget_everywhere(parts, cJSON_GetStringValue(field(part, "id")));
        cJSON_Delete(part);
    }
    cJSON_ArrayForEach(p, parts)
        points += field(p, "points")->valuedouble;
    if (pass && pass->valuedouble > points)
        cJSON_SetNumberValue(pass, points);
}

/* --- writing --- */

static bool write_file(const char *path, const char *text, size_t n)
{
    struct diag d = { .line = 0 };
    char dir[4096];
    struct outfile *out;

    path_dir(path, dir, sizeof dir);
    out = dir_make(dir, &d) ? NULL : outfile_open(path, &d);
    if (out && outfile_write(out, text, n) && outfile_commit(out, &d) == ERR_OK)
        return true;
    diag_print(&d);
    return false;
}

static bool write_json(const char *path, const cJSON *o)
{
    char *text = cJSON_Print(o);
    size_t n = text ? strlen(text) : 0;
    bool good;

    if (!text)
        return false;
    text[n] = '\n';             /* in the place of the NUL */
    good = write_file(path, text, n + 1);
    cJSON_free(text);
    return good;
}

/* Beside the file that it stands for, since paths in it are relative to that. */
static bool write_workload(struct handout *h, cJSON *run, const struct rubric_run *r,
                           const char *part, unsigned number)
{
    const char *old = cJSON_GetStringValue(field(run, "workload"));
    const char *slash = old ? strrchr(old, '/') : NULL;
    char name[4096], path[16384];
    cJSON *o = cJSON_ParseWithLength(r->text, r->size);
    bool good;

    snprintf(name, sizeof name, "%.*s%s-%u.json", slash ? (int)(slash + 1 - old) : 0,
             old ? old : "", part, number);
    snprintf(path, sizeof path, "%s/%s%s", h->folder, h->files.home, name);
    cJSON_ReplaceItemInObjectCaseSensitive(run, "workload", cJSON_CreateString(name));
    good = o && write_json(path, o);
    cJSON_Delete(o);
    return good;
}

static bool write_workloads(struct handout *h, bool varied)
{
    for (uint32_t i = 0; i < h->read->nparts; i++) {
        const struct rubric_part *part = &h->read->parts[i];
        cJSON *run = field(cJSON_GetArrayItem(field(h->root, "parts"), (int)i), "run");

        run = run ? run->child : NULL;
        for (uint32_t k = 0; k < part->nruns; k++, run = run->next) {
            bool made = part->runs[k].vary && varied;

            h->nworkloads++;
            if ((made || cJSON_IsObject(field(run, "workload"))) &&
                !write_workload(h, run, &part->runs[k], part->id, k + 1))
                return false;
            if (made)
                cJSON_DeleteItemFromObjectCaseSensitive(run, "vary");
        }
    }
    return true;
}

static bool copy_files(const struct handout *h)
{
    struct diag d = { .line = 0 };
    bool good = true;
    char path[16384];

    for (size_t i = 0; i < h->files.n && good; i++) {
        uint8_t *data;
        size_t n;

        good = file_read(h->files.file[i].path, &data, &n, &d) == ERR_OK;
        if (!good) {
            diag_print(&d);
            break;
        }
        snprintf(path, sizeof path, "%s/%s", h->folder, h->files.file[i].name);
        good = write_file(path, (const char *)data, n);
        free(data);
    }
    return good;
}

/* --- all of it --- */

static bool read_visible(struct handout *h)
{
    struct diag d = { .line = 0 }, *diags = NULL;
    size_t size, n = 0;
    uint8_t *text;
    char dir[4096], *visible;

    if (file_read(h->rubric, &text, &size, &d)) {
        diag_print(&d);
        return false;
    }
    h->root = cJSON_ParseWithLength((const char *)text, size);
    free(text);
    drop_hidden(h->root);
    visible = cJSON_Print(h->root);
    path_dir(h->rubric, dir, sizeof dir);
    if (visible)
        rubric_load(h->rubric, visible, strlen(visible), dir, h->v, &h->read, &diags, &n);
    for (size_t i = 0; i < n; i++)
        diag_print(&diags[i]);
    free(diags);
    cJSON_free(visible);
    return h->read;
}

static bool write_all(struct handout *h, const uint64_t *seed)
{
    const char *base = strrchr(h->rubric, '/') ? strrchr(h->rubric, '/') + 1 : h->rubric;
    char path[16384];

    if (!rubric_files_find(&h->files, h->rubric, h->v) || !copy_files(h) ||
        !write_workloads(h, seed))
        return false;
    snprintf(path, sizeof path, "%s/%s%s", h->folder, h->files.home, base);
    if (!write_json(path, h->root))
        return false;
    printf("%s: %u visible parts with %u workloads, as files beside it\n", path,
           h->read->nparts, h->nworkloads);
    return true;
}

bool handout_write(const char *rubric, const uint64_t *seed, const char *folder)
{
    struct handout h = { .rubric = rubric, .folder = folder, .v = vocab_open() };
    bool good = h.v && read_visible(&h) && (!seed || grade_vary(h.read, h.v, *seed)) &&
                write_all(&h, seed);

    rubric_files_free(&h.files);
    rubric_free(h.read);
    cJSON_Delete(h.root);
    if (h.v)
        vocab_close(h.v);
    return good;
}
