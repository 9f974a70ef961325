# Cases 28 to 31 of `tests/tools/raising.py --seed 2`.
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
    try:
        x = math.sqrt((n) ** 2) + math.sqrt(i * 0 + 4)
        k = xs.index(k)
        k = ratio(n - 2, i + k)
    except Exception as e:
        print('caught', e)
        x = f[-i] + x
        k = (k + xs[i * 2]) % 50
    x = x / (0.5)
    k = int("7")
    f[0] = -x
    xs.append(k)
    try:
        x = f[0] + x
    except (IndexError, ValueError) as e:
        print('caught', e)
        for i in range(k % 4):
            for i in range(1, n + 1):
                x = math.sqrt((5) ** 2) + math.sqrt(n * 0 + -1 * k * 0 + 9)
                x = item(f, k + 2)
                if i == k:
                    break
                x = f[n - k] + x
                xs.append(k)
            if i == k:
                break
            k = need(k * 2 - i > 0, k)
            for i in range(k % 4):
                k = int("")
                print('f', f)
                k = need(-i > 1, k)
        k = (i % 3) * 3 % 17
        return -1
    finally:
        print('finally', k)
        put(xs, i - 1, k - 1)
    print('end', i, k, x)
    return k
print('case', 0)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 0, 3, 2.0))
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
    print(case0(f, g, xs, 1, 2, -1.5))
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
    print(case0(f, g, xs, 2, 1, -1.5))
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
    g[i * 2] += -i
    w = 0
    while w < n:
        w += 1
        x = item(f, 5)
    x = x * 0.5
    g[2] += -i
    for i in range(n):
        x = k + 2 / (k - 1)
        k = need(k > 0, k)
        assert k + 2 < 9
    else:
        k = (k + xs[n]) % 50
    for e in g:
        g[0] = e
        g[-1] += 1
        try:
            k = need(i % 3 > 5, k)
            for e in xs[:3]:
                k = e
                print(i, k, x)
            for i in range(k % 4):
                put(f, i - 1, k * 0.25)
                x = f[[0, k * 2 - i]].sum()
                x = f[k:].max()
        except (IndexError, ValueError) as e:
            print('caught', e)
            w = 0
            while w < n:
                w += 1
                print(i, k, x)
                k = i + k // (k - 1)
            for i in range(n - 1, -2, -1):
                k = -i // (i + k)
                k = n - 2 % (-i)
                x = k
            raise RuntimeError('from handler')
        for i in range(n):
            k = xs.index(k)
            k = int(x) % 40
            if i == 1:
                break
            f *= 2
    print('end', i, k, x)
    return k
print('case', 1)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 0, 1, 0))
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
    print(case1(f, g, xs, 1, 2, 1))
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
    print(case1(f, g, xs, 2, 2, 0.5))
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
    for i in range(n - 1, -2, -1):
        f[-k - 1] = i + x
        k = xs.index(k)
    if -i < n - i:
        f[k + 2] = x
        try:
            x = f[:n].max()
            for i in range(1, n + 1):
                xs[i] = k
                xs[i - 1] = k
                if i == k:
                    continue
                k = xs.pop()
                print(i, k, x)
            x = x
        except ArithmeticError as e:
            print('caught', e)
            try:
                k = int(x) % 40
                g[g > 5] = f[:n].astype(int)
                k = ratio(2, k * 2 - i)
            finally:
                print('finally', i)
                x = f[n] + x
                x = item(f, -1)
                assert i + k != k, f"at {i}"
            k = int(x) % 40
        finally:
            print('finally', k)
            k -= 1
    xs.append(k)
    xs.append(k)
    print('end', i, k, x)
    return k
print('case', 2)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 1, 0, 1))
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
    print(case2(f, g, xs, 2, 0, 0))
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
    print(case2(f, g, xs, 0, 3, 0))
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
    for i in range(k % 4):
        k -= 1
    for i in range(n):
        for i in range(n - 1, -2, -1):
            if i < k + 2:
                print(i, k, x)
                k += 1
            else:
                print('g', g[:2], xs)
                f[1:] += g[:2]
                k = xs.index(k)
            f[:] = f + g[:k]
        f *= 2
        if i == 1:
            break
        for i in range(1, n + 1):
            for i in range(k % 4):
                put(f, i, 0.5)
                x = x * 0.5
                k = k // (k + 2)
            if i == k:
                continue
            print(i, x * 2)
            k = ratio(i % 3, -i)
            f[:] = f + g[:k]
        if i % 3 == k:
            w = 0
            while w < n:
                w += 1
                print(k * 2 - i, x - 1)
                print(i, k, x)
    g[-1] += 1
    print('end', i, k, x)
    return k
print('case', 3)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 1, 3, -1.5))
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
    print(case3(f, g, xs, 0, 1, 2.0))
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
print(case3(f, g, xs, 2, 0, 1))
print(f, g, xs)
