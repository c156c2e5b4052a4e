/* true.c - nothing, with success */
int main(void)
{
    return 0;
}
