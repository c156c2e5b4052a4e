/* sandbox.c - see sandbox.h. Sources: namespaces(7), user_namespaces(7), pivot_root(2),
 * landlock(7), seccomp(2). */
#include <host/sandbox.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WALL_SECONDS = 30, CPU_SECONDS = 10, ENTERED = 42 };

static unsigned in_use;

static const char *const names[SANDBOX_LAYERS] = {
    "rlimits", "no-new-privs", "mounts", "processes", "network", "landlock", "seccomp",
};

const char *sandbox_layer_name(enum sandbox_layer layer)
{
    return layer < SANDBOX_LAYERS ? names[layer] : "?";
}

void sandbox_use(unsigned layers)
{
    in_use = layers;
}

unsigned sandbox_layers(void)
{
    return in_use;
}

static bool wants(enum sandbox_layer layer)
{
    return in_use >> layer & 1;
}

/* --- limits --- */

static bool limit(int what, rlim_t most)
{
    struct rlimit r = { most, most }, old;

    if (getrlimit((__rlimit_resource_t)what, &old) == 0 && old.rlim_max < most)
        r.rlim_max = r.rlim_cur = old.rlim_max;
    return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

static bool limits(void)
{
    return limit(RLIMIT_CPU, CPU_SECONDS) && limit(RLIMIT_AS, (rlim_t)1 << 30) &&
           limit(RLIMIT_FSIZE, (rlim_t)32 << 20) && limit(RLIMIT_NOFILE, 128) &&
           limit(RLIMIT_CORE, 0);
}

/* --- namespaces --- */

static bool write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return good;
}

/* Ourselves and nobody else. */
static bool map_ids(uid_t uid, gid_t gid)
{
    char text[64];

    write_text("/proc/self/setgroups", "deny");
    snprintf(text, sizeof text, "%u %u 1", uid, uid);
    if (!write_text("/proc/self/uid_map", text))
        return false;
    snprintf(text, sizeof text, "%u %u 1", gid, gid);
    return write_text("/proc/self/gid_map", text);
}

static bool unshare_all(void)
{
    int flags = CLONE_NEWUSER | CLONE_NEWNS;
    uid_t uid = getuid();
    gid_t gid = getgid();

    if (!wants(SANDBOX_MOUNTS))
        return true;            /* nothing of it without a user namespace */
    if (wants(SANDBOX_PROCESSES))
        flags |= CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
    if (wants(SANDBOX_NETWORK))
        flags |= CLONE_NEWNET;
    return unshare(flags) == 0 && map_ids(uid, gid);
}

/* Folders down to the last component, which is one too if `folder`. Those that are there
 * already, or in what is bound already, stay. */
static void make_way(const char *path, bool folder)
{
    char part[PATH_MAX];
    size_t n = strlen(path);

    if (n >= sizeof part)
        return;
    memcpy(part, path, n + 1);
    for (char *c = part + 1; *c; c++)
        if (*c == '/') {
            *c = '\0';
            mkdir(part, 0755);
            *c = '/';
        }
    if (folder)
        mkdir(part, 0755);
    else
        close(open(part, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
}

/* What the mount it comes from forbids must stay forbidden, or the kernel refuses. */
static unsigned long kept_flags(const char *path)
{
    struct statvfs s;
    unsigned long flags = MS_NOSUID | MS_NODEV;

    if (statvfs(path, &s) != 0)
        return flags;
    return flags | (s.f_flag & ST_NOEXEC ? MS_NOEXEC : 0) |
           (s.f_flag & ST_NOATIME ? MS_NOATIME : 0) |
           (s.f_flag & ST_RELATIME ? MS_RELATIME : 0) |
           (s.f_flag & ST_NODIRATIME ? MS_NODIRATIME : 0) | (s.f_flag & ST_RDONLY ? MS_RDONLY : 0);
}

/* The path, as it is outside, in the new root. */
static bool bind_path(const char *path, bool writable)
{
    char from[PATH_MAX], to[PATH_MAX];
    struct stat st;

    if (snprintf(from, sizeof from, "/old%s", path) >= (int)sizeof from ||
        snprintf(to, sizeof to, "/new%s", path) >= (int)sizeof to || stat(from, &st) != 0)
        return false;
    make_way(to, S_ISDIR(st.st_mode));
    if (mount(from, to, NULL, MS_BIND, NULL) != 0)
        return false;
    return mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | (writable ? 0 : MS_RDONLY) |
                 kept_flags(to), NULL) == 0;
}

/* What every program needs: links where the system has links, folders where it has those. */
static bool bind_system(void)
{
    static const char *const folders[] = { "/usr", "/bin", "/lib", "/lib64", "/lib32" };
    char from[64], to[64], link[PATH_MAX];
    struct stat st;

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(from, sizeof from, "/old%s", folders[i]);
        snprintf(to, sizeof to, "/new%s", folders[i]);
        if (lstat(from, &st) != 0)
            continue;
        if (S_ISLNK(st.st_mode)) {
            ssize_t n = readlink(from, link, sizeof link - 1);

            if (n < 0)
                return false;
            link[n] = '\0';
            if (symlink(link, to) != 0)
                return false;
        } else if (!bind_path(folders[i], false))
            return false;
    }
    return true;
}

static bool new_root(const struct sandbox_view *v)
{
    char cwd[PATH_MAX], here[PATH_MAX + 8];

    if (!getcwd(cwd, sizeof cwd) || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=64m") != 0 ||
        mkdir("/tmp/old", 0755) != 0 || mkdir("/tmp/new", 0755) != 0 ||
        syscall(SYS_pivot_root, "/tmp", "/tmp/old") != 0 || chdir("/") != 0 || !bind_system())
        return false;
    for (size_t i = 0; i < SANDBOX_PATHS && v->read[i]; i++)
        if (!bind_path(v->read[i], false))
            return false;
    if (v->write && !bind_path(v->write, true))
        return false;
    snprintf(here, sizeof here, "/new%s", cwd);
    make_way(here, true);       /* paths may be relative to it */
    make_way("/new/tmp", true);
    return umount2("/old", MNT_DETACH) == 0 && chroot("/new") == 0 && chdir(cwd) == 0;
}

static pid_t inner;

static void too_long(int signal_number)
{
    (void)signal_number;
    if (inner > 0)
        kill(inner, SIGKILL);
}

/* The first process of the new PID namespace is a child; we wait and pass its end on. */
static bool first_process(void)
{
    int status = 0;

    inner = fork();
    if (inner == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        return true;
    }
    if (inner < 0)
        return false;
    signal(SIGALRM, too_long);
    alarm(WALL_SECONDS);
    while (waitpid(inner, &status, 0) < 0 && errno == EINTR)
        ;
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
}

/* --- Landlock --- */

#define READ_ACCESS (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |    \
                     LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_ACCESS                                                                \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                    \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                  \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
/* What a rule for a plain file may say. */
#define FILE_ACCESS (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |    \
                     LANDLOCK_ACCESS_FS_WRITE_FILE)

static bool allow(int rules, const char *path, uint64_t access)
{
    struct landlock_path_beneath_attr a = { .allowed_access = access };
    struct stat st;

    a.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (a.parent_fd < 0)
        return errno == ENOENT;         /* what is not there needs no leave */
    if (fstat(a.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
        a.allowed_access &= FILE_ACCESS;
    bool good = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0) == 0;
    close(a.parent_fd);
    return good;
}

static bool landlock(const struct sandbox_view *v)
{
    static const char *const system[] = { "/usr", "/bin", "/lib", "/lib64", "/lib32" };
    struct landlock_ruleset_attr attr = { .handled_access_fs = READ_ACCESS | WRITE_ACCESS };
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    bool good = rules >= 0;

    for (size_t i = 0; good && i < sizeof system / sizeof *system; i++)
        good = allow(rules, system[i], READ_ACCESS);
    for (size_t i = 0; good && i < SANDBOX_PATHS && v->read[i]; i++)
        good = allow(rules, v->read[i], READ_ACCESS);
    if (good && v->write)
        good = allow(rules, v->write, READ_ACCESS | WRITE_ACCESS);
    good = good && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    if (rules >= 0)
        close(rules);
    return good;
}

/* --- seccomp --- */

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

/* Calls that neither a compiler nor a reader of its output has any use for. */
static const uint32_t refused[] = {
    SYS_ptrace, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns,
    SYS_keyctl, SYS_add_key, SYS_request_key, SYS_bpf, SYS_perf_event_open, SYS_socket,
    SYS_connect, SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module,
    SYS_swapon, SYS_swapoff, SYS_reboot, SYS_userfaultfd, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_open_by_handle_at, SYS_io_uring_setup, SYS_settimeofday,
    SYS_clock_settime, SYS_sethostname, SYS_acct, SYS_quotactl, SYS_mknodat, SYS_personality,
};
static const uint32_t no_programs[] = { SYS_execve, SYS_execveat };

#ifdef OUR_ARCH
enum { MOST_RULES = 2 * (sizeof refused + sizeof no_programs) / 4 + 8 };

static unsigned refuse(struct sock_filter *f, unsigned n, const uint32_t *calls, size_t ncalls)
{
    for (size_t i = 0; i < ncalls; i++) {
        f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
        f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    }
    return n;
}

static bool seccomp(bool programs)
{
    struct sock_filter f[MOST_RULES];
    struct sock_fprog program = { .filter = f };
    unsigned n = 0;

    f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                          offsetof(struct seccomp_data, arch));
    f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
    f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                          offsetof(struct seccomp_data, nr));
    n = refuse(f, n, refused, sizeof refused / sizeof *refused);
    if (!programs)
        n = refuse(f, n, no_programs, sizeof no_programs / sizeof *no_programs);
    f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program.len = (unsigned short)n;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static bool seccomp(bool programs)
{
    (void)programs, (void)refused, (void)no_programs;
    return false;
}
#endif

/* --- all of it --- */

bool sandbox_enter(const struct sandbox_view *v)
{
    if (!in_use)
        return true;
    if (!unshare_all() || !first_process() || (wants(SANDBOX_MOUNTS) && !new_root(v)))
        return false;
    return (!wants(SANDBOX_RLIMITS) || limits()) &&
           (!wants(SANDBOX_NO_NEW_PRIVS) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) &&
           (!wants(SANDBOX_LANDLOCK) || landlock(v)) && (!wants(SANDBOX_SECCOMP) || seccomp(true));
}

bool sandbox_drop(const char *write)
{
    const struct sandbox_view all = { .read = { "/" }, .write = write };

    return (!wants(SANDBOX_NO_NEW_PRIVS) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) &&
           (!wants(SANDBOX_LANDLOCK) || landlock(&all)) &&
           (!wants(SANDBOX_SECCOMP) || seccomp(false));
}

/* Does a box with these layers hold a program that does nothing? */
static bool works(unsigned layers)
{
    static const struct sandbox_view nothing = { .write = NULL };
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        sandbox_use(layers);
        _exit(sandbox_enter(&nothing) ? ENTERED : 1);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == ENTERED;
}

static bool left_out(enum sandbox_layer layer)
{
    const char *without = getenv("OSSIM_SANDBOX_WITHOUT");
    const char *at = without ? strstr(without, names[layer]) : NULL;

    return at != NULL;
}

unsigned sandbox_probe(void)
{
    /* Landlock and seccomp need no_new_privs, the other namespaces one of users. */
    static const unsigned needs[SANDBOX_LAYERS] = {
        [SANDBOX_PROCESSES] = 1u << SANDBOX_MOUNTS, [SANDBOX_NETWORK] = 1u << SANDBOX_MOUNTS,
        [SANDBOX_LANDLOCK] = 1u << SANDBOX_NO_NEW_PRIVS,
        [SANDBOX_SECCOMP] = 1u << SANDBOX_NO_NEW_PRIVS,
    };
    unsigned have = 0;

    for (unsigned i = 0; i < SANDBOX_LAYERS; i++) {
        unsigned with = have | 1u << i;

        if (!left_out((enum sandbox_layer)i) && (have & needs[i]) == needs[i] && works(with))
            have = with;
    }
    return have;
}
