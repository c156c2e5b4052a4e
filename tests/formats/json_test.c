/* json_test.c - what is no JSON, and where. */
#include "loading.h"

START_TEST(cjson_is_not_asked)
{
    SAYS("", "1:1: : there is nothing here (expected a JSON object)\n");
    SAYS(" \n ", "2:2: : there is nothing here (expected a JSON object)\n");
    SAYS("{\"ossim\": 01}", "1:11: : a number must not start with 0\n");
    SAYS("{\"ossim\": -01}", "1:11: : a number must not start with 0\n");
    SAYS("{\"ossim\": 1.}", "1:13: : a number needs a digit after its decimal point\n");
    SAYS("{\"ossim\": .5}", "1:11: : a number needs a digit before its point\n");
    SAYS("{\"ossim\": +5}", "1:11: : a number must not start with +\n");
    SAYS("{\"ossim\": 1e}", "1:13: : a number needs a digit in its exponent\n");
    SAYS("{\"ossim\": -}", "1:12: : a number needs a digit after its sign\n");
    SAYS("{\"a\": \"x\ty\"}",
         "1:9: : control character 0x09 in a string (expected \\u0009)\n");
    SAYS("{\"a\": \"x\ny\"}",
         "1:7: : this string does not end on its line (a line break is \\n)\n");
    SAYS("{\"a\": \"xy", "1:7: : this string does not end\n");
    SAYS("{\"a\": \"\\x\"}", "1:8: : unknown escape in a string (expected one of "
         "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX)\n");
    SAYS("{\"a\": \"\\u12g4\"}", "1:8: : \\u needs four hex digits\n");
    SAYS("{\"a\": \"\\u12", "1:8: : \\u needs four hex digits\n");
    SAYS("{\"a\": \"\\u0000\"}", "1:8: : \\u0000 cannot stand in a string\n");
    SAYS("{\"a\": \"\\ud800\"}", "1:8: : half of a surrogate pair in a string\n");
    SAYS("{\"a\": \"\\ud800\\u0041\"}", "1:8: : half of a surrogate pair in a string\n");
    SAYS("{\"a\": \"\\udc00\"}", "1:8: : half of a surrogate pair in a string\n");
    SAYS("{\"a\": tru}", "1:7: : found 't' (expected a JSON value)\n");
    SAYS("{\"a\": 1,}", "1:8: : a comma before the closing }\n");
    SAYS("[1,\n ]", "1:3: : a comma before the closing ]\n");
    SAYS("{a: 1}", "1:2: : found 'a' (expected a key in quotes)\n");
    SAYS("{\"a\" 1}", "1:6: : found '1' (expected ':' after the key)\n");
    SAYS("{\"a\": 1 \"b\": 2}", "1:9: : found '\"' (expected ',' or '}')\n");
    SAYS("{\"a\": 1", "1:8: : the text ends here (expected ',' or '}')\n");
    SAYS("{\"a\":", "1:6: : the text ends here (expected a JSON value)\n");
    SAYS("{} x", "1:4: : found 'x' (expected nothing after the end of the JSON text)\n");
    SAYS("// hi\n{}",
         "1:1: : found '/', and JSON has no comments (expected a JSON value)\n");
    SAYS("{'a': 1}", "1:2: : found ', but strings stand in \" (expected a key in "
         "quotes)\n");
    SAYS("{\"a\": 5ms}", "1:8: : found 'm' (expected ',' or '}'; a time with a unit "
         "stands in quotes, like \"5ms\")\n");
    SAYS("{\"a\": NaN}", "1:7: : found 'N' (expected a JSON value)\n");
}
END_TEST

START_TEST(utf8_is_checked)
{
    static const char *const bad[] = {
        "\x80", "\xc0\xaf", "\xc1\x81", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xc3(",
    };
    static const char *const good[] = {
        "\xc3\xa9", "\xe2\x82\xac", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x9f\x98\x80",
        "\xf4\x8f\xbf\xbf", "\\ud83d\\ude00",
    };
    char text[128];

    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        sprintf(text, "{\"ossim\": 1, \"about\": \"%s\"}", bad[i]);
        HINTS(text, "1:24: : byte 0x");
    }
    for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
        struct config *c;

        sprintf(text, W("\"about\":\"%s\",\"processes\":[{\"cpu\":1}]"), good[i]);
        c = load(text);
        ck_assert_msg(c, "%s", load_said);
        workload_free(c);
    }
}
END_TEST

/* Lines end with LF, CRLF or CR; a tab or any character of UTF-8 is one column. */
START_TEST(places_are_counted_as_editors_do)
{
    SAYS("{\r\n\t\"a\": \x01}", "2:7: : found the byte 0x01 (expected a JSON value)\n");
    SAYS("{\r\r\"a\": x}", "3:6: : found 'x' (expected a JSON value)\n");
    SAYS("{\n\n  \"\xc3\xa9\xe2\x82\xac\": x}", "3:9: : found 'x' (expected a JSON value)\n");
    SAYS("\xef\xbb\xbf{x}", "1:2: : found 'x' (expected a key in quotes)\n");
    SAYS("{\"ossim\": 1, \"processes\": [\r\n\t{\"cpu\": 1},\r\n\t\t{\"cpu\": -1}]}",
         "3:11: /processes/1/cpu: found -1 (expected a time, and none is negative)\n");
}
END_TEST

START_TEST(keys_stand_once)
{
    SAYS("{\"ossim\":1,\n\"ossim\":1,\n\"processes\":[{\"cpu\":1,\"nice\":0,\n\"cpu\":2}]}",
         "2:1: /ossim: this key stands here twice\n"
         "4:1: /processes/0/cpu: this key stands here twice\n");
    SAYS("{\"ossim\":1,\"processes\":[{\"cpu\":1,\"\\u0063pu\":2}]}",
         "1:34: /processes/0/cpu: this key stands here twice\n");
}
END_TEST

static char *nested(unsigned depth)
{
    char *text = malloc(depth * 2 + 64);
    size_t n = (size_t)sprintf(text, "{\"ossim\":1,\"processes\":");

    memset(text + n, '[', depth);
    memset(text + n + depth, ']', depth);
    strcpy(text + n + 2 * depth, "}");
    return text;
}

START_TEST(depth_is_limited)
{
    char *text = nested(63);

    HINTS(text, "/processes/0: found a list (expected an object)");
    free(text);
    text = nested(64);
    SAYS(text, "1:87: : nested too deeply (at most 64 levels)\n");
    free(text);
    text = nested(1000000);
    SAYS(text, "1:87: : nested too deeply (at most 64 levels)\n");
    ck_assert_int_eq(load_err, ERR_LIMIT);
    free(text);
    text = malloc(2000001);
    memset(text, '[', 2000000);
    text[2000000] = '\0';
    SAYS(text, "1:65: : nested too deeply (at most 64 levels)\n");
    free(text);
}
END_TEST

START_TEST(size_is_limited)
{
    size_t size = WORKLOAD_MAX_BYTES;
    char *text = malloc(size);

    memset(text, ' ', size);
    ck_assert_ptr_null(load_bytes(text, size, NULL, 0));
    ck_assert_str_eq(load_said, "0:0: : the file is too large (at most 64 MiB)\n");
    ck_assert_int_eq(load_err, ERR_LIMIT);
    memset(text, ',', size);
    for (size_t i = 1; i < size; i += 2)
        text[i] = '1';
    text[0] = '[';
    ck_assert_ptr_null(load_bytes(text, size / 4, NULL, 0));
    ck_assert_msg(strstr(load_said, ": more than 4194304 values"), "%s", load_said);
    free(text);
}
END_TEST

START_TEST(long_numbers_are_refused)
{
    SAYS("{\"ossim\": 1000000000000000000000000000000000000000000000000000000000000}",
         "1:11: : this number has 61 characters (at most 60)\n");
    SAYS(P("{\"cpu\":1e999}"), "1:32: /processes/0/cpu: 1e999 ms is no whole number of ns, "
         "or past 100 years\n");
    SAYS(P("{\"cpu\":1,\"nice\":1e999}"),
         "1:41: /processes/0/nice: found 1e999 (expected a whole number from -20 to 19)\n");
}
END_TEST

/* No NUL behind the text, and one inside. */
START_TEST(the_text_is_bytes)
{
    static const char text[] = "{\"a\"\0: 1}";

    ck_assert_ptr_null(load_bytes("{\"ossim\": 12345", 11, NULL, 0));
    ck_assert_str_eq(load_said, "1:12: : the text ends here (expected ',' or '}')\n");
    ck_assert_ptr_null(load_bytes(text, sizeof text - 1, NULL, 0));
    ck_assert_str_eq(load_said,
                     "1:5: : found the byte 0x00 (expected ':' after the key)\n");
}
END_TEST

SUITE(json, 20, cjson_is_not_asked, utf8_is_checked, places_are_counted_as_editors_do,
      keys_stand_once, depth_is_limited, size_is_limited, long_numbers_are_refused,
      the_text_is_bytes)
