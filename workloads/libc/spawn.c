/* spawn.c - see spawn.h. A fork: what goes wrong on the way to exec comes back through a pipe
 * that exec closes. Source: posix_spawn(3). */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct __spawn_action {
    struct __spawn_action *next;
    int fd, from, flags;        /* from < 0: open path, or (no path) close */
    mode_t mode;
    char *path;
};

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
    actions->first = NULL;
    actions->last = &actions->first;
    return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
    struct __spawn_action *next;

    for (struct __spawn_action *a = actions->first; a; a = next) {
        next = a->next;
        free(a->path);
        free(a);
    }
    return posix_spawn_file_actions_init(actions);
}

static int append(posix_spawn_file_actions_t *actions, struct __spawn_action what)
{
    struct __spawn_action *a = malloc(sizeof *a);

    if (!a)
        return ENOMEM;
    *a = what;
    if (!actions->first)        /* it may have been copied */
        actions->last = &actions->first;
    *actions->last = a;
    actions->last = &a->next;
    return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *actions, int fd, const char *path,
                                     int flags, mode_t mode)
{
    char *copy = strdup(path);

    return copy ? append(actions, (struct __spawn_action){ .fd = fd, .from = -1, .flags = flags,
                                                           .mode = mode, .path = copy }) : ENOMEM;
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
    return fd < 0 ? EBADF : append(actions, (struct __spawn_action){ .fd = fd, .from = -1 });
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int from, int to)
{
    return from < 0 || to < 0 ? EBADF : append(actions, (struct __spawn_action){ .fd = to, .from = from });
}

int posix_spawnattr_init(posix_spawnattr_t *a) { *a = (posix_spawnattr_t){ 0 }; return 0; }
int posix_spawnattr_destroy(posix_spawnattr_t *a) { (void)a; return 0; }
int posix_spawnattr_setflags(posix_spawnattr_t *a, short flags) { a->flags = flags; return 0; }
int posix_spawnattr_getflags(const posix_spawnattr_t *a, short *flags) { *flags = a->flags; return 0; }
int posix_spawnattr_setpgroup(posix_spawnattr_t *a, pid_t group) { a->group = group; return 0; }
int posix_spawnattr_getpgroup(const posix_spawnattr_t *a, pid_t *group) { *group = a->group; return 0; }
int posix_spawnattr_setsigmask(posix_spawnattr_t *a, const sigset_t *mask) { a->mask = *mask; return 0; }
int posix_spawnattr_setsigdefault(posix_spawnattr_t *a, const sigset_t *set) { a->defaults = *set; return 0; }

/* In the child. */
static int act(const struct __spawn_action *a)
{
    int fd;

    if (a->from >= 0)
        return a->from == a->fd ? fcntl(a->fd, F_SETFD, 0) : dup2(a->from, a->fd);
    if (!a->path)
        return close(a->fd), 0;
    fd = open(a->path, a->flags, a->mode);
    if (fd < 0 || fd == a->fd)
        return fd;
    int r = dup2(fd, a->fd);
    close(fd);
    return r;
}

static int prepare(const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr, int *said)
{
    for (int s = 1; attr && attr->flags & POSIX_SPAWN_SETSIGDEF && s < 65; s++)
        if (sigismember(&attr->defaults, s) == 1)
            signal(s, SIG_DFL);
    if (attr && attr->flags & POSIX_SPAWN_SETPGROUP && setpgid(0, attr->group) < 0)
        return -1;
    for (const struct __spawn_action *a = actions ? actions->first : NULL; a; a = a->next) {
        if (*said == a->fd) {   /* the way back must not be in the way */
            int other = fcntl(*said, F_DUPFD, a->fd + 1);

            if (other < 0)
                return -1;
            fcntl(other, F_SETFD, FD_CLOEXEC);
            close(*said);
            *said = other;
        }
        if (act(a) < 0)
            return -1;
    }
    if (attr && attr->flags & POSIX_SPAWN_SETSIGMASK)
        sigprocmask(SIG_SETMASK, &attr->mask, NULL);
    return 0;
}

static int spawn(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attr, char *const argv[], char *const envp[],
                 int (*run)(const char *, char *const[], char *const[]))
{
    int way[2], error = 0;
    pid_t child;

    if (pipe2(way, O_CLOEXEC) < 0)
        return errno;
    child = fork();
    if (child == 0) {
        if (prepare(actions, attr, &way[1]) == 0)
            run(file, argv, envp);
        error = errno;
        (void)!write(way[1], &error, sizeof error);
        _exit(127);
    }
    if (child < 0)
        error = errno;
    close(way[1]);
    if (child > 0 && read(way[0], &error, sizeof error) == (ssize_t)sizeof error)
        waitpid(child, NULL, 0);
    close(way[0]);
    if (!error && pid)
        *pid = child;
    return error;
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
    return spawn(pid, path, actions, attr, argv, envp, execve);
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
    return spawn(pid, file, actions, attr, argv, envp, execvpe);
}
