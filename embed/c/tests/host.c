/* A kernel called from C: arrays with strides, mutation in place, results, exceptions. Prints what it saw. */
#include "quipu.h"
#include <stdio.h>

static const char *SOURCE =
    "import numpy as np\n"
    "def heat(u, c, steps):\n"
    "    for _ in range(steps):\n"
    "        u[1:-1] += c * (u[:-2] - 2 * u[1:-1] + u[2:])\n"
    "    return u.sum()\n"
    "def outer(a, b):\n"
    "    return a[:, None] * b, len(a)\n"
    "def pick(a, i):\n"
    "    return a[i]\n";

static quipu_kernel *compile(const char *function, const char *signature) {
    char message[500] = "";
    quipu_kernel *k = quipu_compile(SOURCE, function, signature, message, sizeof message);
    if (!k)
        printf("refused: %s\n", message);
    return k;
}

int main(void) {
    char message[500];

    /* Every second element of a buffer: the function sees 6 of them. */
    double buffer[12] = {0};
    buffer[4] = 1.0;
    quipu_array u = {buffer, 1, QUIPU_FLOAT64, {6}, {2 * sizeof(double)}};
    quipu_kernel *k = compile("heat", "float64[:], float, int");
    int32_t (*heat)(quipu_ctx *, quipu_array *, double, int64_t, double *) = (void *)quipu_address(k);
    double sum;
    int32_t status = heat(quipu_context(k), &u, 0.25, 2, &sum);
    printf("heat %d %.6f:", status, sum);
    for (int i = 0; i < 12; i++)
        printf(" %.4f", buffer[i]);
    printf("\n");
    u.dtype = QUIPU_FLOAT32;
    status = heat(quipu_context(k), &u, 0.25, 2, &sum);
    uint32_t kind = quipu_error(k, message, sizeof message);
    printf("heat %d %d %s\n", status, kind != 0, message);
    quipu_close(k);

    double x[2] = {1.0, 2.0}, y[3] = {10.0, 20.0, 30.0};
    quipu_array a = {x, 1, QUIPU_FLOAT64, {2}, {sizeof(double)}}, b = {y, 1, QUIPU_FLOAT64, {3}, {sizeof(double)}}, r;
    k = compile("outer", "float64[:], float64[:]");
    int32_t (*outer)(quipu_ctx *, quipu_array *, quipu_array *, quipu_array *, int64_t *) = (void *)quipu_address(k);
    int64_t n;
    for (int round = 0; round < 1000; round++) {
        status = outer(quipu_context(k), &a, &b, &r, &n);
        if (round < 999)
            quipu_release(k, r.data);
    }
    printf("outer %d %ld (%ld, %ld) %.1f %.1f\n", status, (long)n, (long)r.dims[0], (long)r.dims[1],
           ((double *)r.data)[0], ((double *)r.data)[5]);
    quipu_close(k);

    k = compile("pick", "float64[:], int");
    int32_t (*pick)(quipu_ctx *, quipu_array *, int64_t, double *) = (void *)quipu_address(k);
    double item;
    for (int round = 0; round < 1000; round++)
        status = pick(quipu_context(k), &b, 3, &item);
    quipu_error(k, message, sizeof message);
    printf("pick %d %s\n", status, message);
    status = pick(quipu_context(k), &b, -1, &item);
    printf("pick %d %.1f %u\n", status, item, quipu_error(k, message, sizeof message));
    quipu_close(k);

    compile("missing", "");
    compile("pick", "float64[3], int");
    compile("pick", "float64[:]");
    return 0;
}
