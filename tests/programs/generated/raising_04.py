# Cases 16 to 19 of `tests/tools/raising.py --seed 2`.
import math
import numpy as np
def item(p, i):
    return p[i]
def put(p, i, v):
    p[i] = v
    return v
def ratio(p, q):
    return p // q
def need(c, m):
    if not c:
        raise ValueError(f"need {m}")
    return m
def case0(f, g, xs, n, k, x):
    i = 0
    for i in range(1, n + 1):
        g[-1] += 1
        f *= 2
        if i == 1:
            break
        w = 0
        while w < n:
            w += 1
            put(xs, i + k, i + k)
    else:
        put(xs, k + 2, n)
        for i in range(n):
            f[:] = f + g[:n]
        for i in range(k % 4):
            print('f', f)
    put(f, -k - 1, x + k)
    k = i % (i)
    print('end', i, k, x)
    return k
print('case', 0)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 1, 2, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 0, 0, -1.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 2, 1, 1))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case1(f, g, xs, n, k, x):
    i = 0
    x = -i / (k - 1)
    g[i * 2] += k + 2
    k -= 1
    w = 0
    while w < n:
        w += 1
        w = 0
        while w < n:
            w += 1
            xs.append(k)
        k = (n - 2) * 3 % 17
        k = ratio(i, k - 1)
    print('end', i, k, x)
    return k
print('case', 1)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 2, 1, -1.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 0, 3, 1))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 1, 1, 1))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case2(f, g, xs, n, k, x):
    i = 0
    for e in xs[:3]:
        k = e
        for i in range(k % 4):
            w = 0
            while w < n:
                w += 1
                print('g', g[:2], xs)
                k = xs.index(k)
            k = int(x) % 40
        if k + 2 > 0:
            print(i, k, x)
            g[i - 1] += n - 2
        xs[i + k] = k
    print(i, k, x)
    xs.append(k)
    print('end', i, k, x)
    return k
print('case', 2)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 0, 1, 0.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 1, 0, 0.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 2, 3, 0.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case3(f, g, xs, n, k, x):
    i = 0
    k += 1
    try:
        k = (i + k) * 3 % 17
    except ArithmeticError as e:
        print('caught', e)
        for i in range(1, n + 1):
            k = k - 1 % (-i)
            try:
                k = k // (n - i)
                f[n] = i + x
            except LookupError as e:
                print('caught', e)
                f *= 2
                g[-1] += 1
                print(-1, -x)
                raise RuntimeError('from handler')
            if i == 1:
                break
            try:
                xs.append(k)
                k = (n) * 3 % 17
            except Exception as e:
                print('caught', e)
                x = math.sqrt((i % 3) ** 2) + math.sqrt(n * 0 + -1 * k * 0 + 9)
                x = x * 0.5
            print('g', g[:2], xs)
        f[0] = 0.5
        try:
            print(i, k, x)
        except ZeroDivisionError as e:
            print('caught', e)
            xs.append(k)
            f *= 2
        return -1
    x = math.sqrt((len(xs)) ** 2) + math.sqrt(n * 0 + 1)
    try:
        try:
            k += 1
            print(i, x - 1)
            try:
                x = x - 1 / (x)
                k = i % (k)
            except Exception as e:
                print('caught', e)
                x = x * 0.5
                x = x + k
                assert k + 2 < 9
                raise
        finally:
            print('finally', i)
            f[0] = 0.5
            x = k
            put(xs, n, k - 1)
    except ZeroDivisionError as e:
        print('caught', e)
        for i in range(1, n + 1):
            try:
                k = xs.pop()
                print('g', g[:2], xs)
            except ZeroDivisionError as e:
                print('caught', e)
                assert k * 2 - i != i, f"at {i}"
                f *= 2
                f[0] = x
                raise RuntimeError('from handler')
            for i in range(2):
                f *= 2
                x = x * 0.5
                k = (k + xs[i]) % 50
            else:
                k = xs.pop()
    try:
        print('f', f)
        try:
            f[:] = f + g[:1]
            try:
                print(n - i, i + x)
            finally:
                print('finally', i)
                if 1 == k * 2 - i:
                    raise ValueError
                print('g', g[:2], xs)
        except (IndexError, ValueError) as e:
            print('caught', e)
            for i in range(2):
                g[g > 3] = f[:n].astype(int)
        finally:
            print('finally', k)
            k += 1
        x = x * 0.5
    except ValueError as e:
        print('caught', e)
        x = i + x
        raise
    finally:
        print('finally', k)
        k = int(x) % 40
        put(f, i + k, x * 2)
    print('end', i, k, x)
    return k
print('case', 3)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 0, 1, 1))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 2, 2, -1.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
print(case3(f, g, xs, 1, 0, -1.5))
print(f, g, xs)
