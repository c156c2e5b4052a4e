/* found.h - what every fuzzer needs: a CHECK that does not hold ends as a crash, so that the
 * input that did it is kept. Included once in each. */
#include <host/check.h>

#include <stddef.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static void found(void *ctx)
{
    (void)ctx;
    __builtin_trap();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    check_set_report(found, NULL);
    return 0;
}
