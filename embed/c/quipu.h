/* Quipu for C: functions of a program, compiled for parameters of given types.
 *
 *     quipu_kernel *k = quipu_compile(source, "scale", "float64[:, :], float", message, sizeof message);
 *     int32_t (*scale)(quipu_ctx *, quipu_array *, double) = (void *)quipu_address(k);
 *     if (scale(quipu_context(k), &a, 2.0) != 0)
 *         quipu_error(k, message, sizeof message);          "IndexError: index 10 is out of bounds ..."
 *     quipu_close(k);
 *
 * A compiled function is `int32_t f(quipu_ctx *, parameters.., results..)`: 0, or 1 after an exception. Parameters: `int`
 * is int64_t, `float` is double, `bool` is uint8_t, a dtype's name is that C type, and an array (`float64[:, :]`, a colon
 * for each axis) is a pointer to a quipu_array. Arrays may have any strides; what the function stores into one is there
 * after the call (after an exception the arrays are as they were). Two arrays of a call must not overlap if one of them is stored into. A result (each item, of a tuple) is
 * a pointer behind the parameters: to the number, or to a quipu_array that is filled in, row-major, whose data the
 * kernel owns until quipu_release or quipu_close. */
#ifndef QUIPU_H
#define QUIPU_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUIPU_MAX_RANK 16

/* The numbers of dtypes. */
enum quipu_dtype {
    QUIPU_BOOL, QUIPU_INT8, QUIPU_INT16, QUIPU_INT32, QUIPU_INT64, QUIPU_UINT8, QUIPU_UINT16, QUIPU_UINT32, QUIPU_UINT64,
    QUIPU_FLOAT32, QUIPU_FLOAT64, QUIPU_COMPLEX64, QUIPU_COMPLEX128
};

/* An array: the address of its first element, dims in elements, strides in bytes. */
typedef struct {
    void *data;
    uint32_t rank;
    uint32_t dtype;
    int64_t dims[QUIPU_MAX_RANK];
    int64_t strides[QUIPU_MAX_RANK];
} quipu_array;

typedef struct quipu_kernel quipu_kernel;
typedef struct quipu_ctx quipu_ctx;

/* Compiles a function of a program (UTF-8 text), or gives NULL and says why in `message`. A kernel serves one thread at a
 * time. Module-level code runs at each call and must not print or read. */
quipu_kernel *quipu_compile(const char *source, const char *function, const char *signature, char *message, size_t size);

/* The compiled function, and what it takes first; both live as long as the kernel. */
void *quipu_address(const quipu_kernel *kernel);
quipu_ctx *quipu_context(const quipu_kernel *kernel);

/* The exception of a call that gave 1, as its number and as text; 0 if there is none. It is forgotten. */
uint32_t quipu_error(quipu_kernel *kernel, char *message, size_t size);

/* Frees the data of a result. */
void quipu_release(const quipu_kernel *kernel, void *data);

/* Frees the kernel with all results that it still owns, and writes out what its function printed. NULL is allowed. */
void quipu_close(quipu_kernel *kernel);

#ifdef __cplusplus
}
#endif

#endif
