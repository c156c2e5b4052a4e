/* parent.c - becomes, and spawns, the other program of its workload. */
#include "../sys.h"

static const char *args[] = { "child", "one", "two words", 0 };
static const char *env[] = { "HOME=/", 0 };

static long execve_(const char *path, const char **argv, const char **envp)
{
    return SYS(NR_execve, path, argv, envp);
}

static void errors(void)
{
    static char huge[70000];
    const char *many[] = { huge, 0 };

    for (unsigned i = 0; i + 1 < sizeof huge; i++)
        huge[i] = 'x';
    WANT(execve_("/bin/none", args, env), -ENOENT);
    WANT(execve_((char *)8, args, env), -EFAULT);
    WANT(execve_("child", (const char **)8, env), -EFAULT);
    WANT(execve_("child", many, env), -7);      /* E2BIG */
}

int main(void)
{
    static char stack[4096] __attribute__((aligned(16)));
    int fd[2], status = 0;
    char byte;
    long pid;

    errors();
    WANT(SYS(NR_pipe2, fd, 02000000), 0);       /* close on exec */
    pid = fork_();
    if (pid == 0) {
        execve_("programs/child.c", args, env);
        exit_(99);
    }
    SYS(NR_close, fd[1]);
    WANT(SYS(NR_read, fd[0], &byte, 1), 0);     /* the child's end is closed by exec */
    WANT(wait_for(pid, &status), pid);
    WANT(status, 31 << 8);
    pid = SYS(NR_clone, 0x4100 | SIGCHLD, stack + sizeof stack);        /* vfork */
    if (pid == 0) {
        execve_("/bin/child", args, 0);
        SYS(NR_exit_group, 98);
    }
    WANT(wait_for(pid, &status), pid);
    WANT(status, 31 << 8);
    execve_("child", args, env);
    return 1;
}
