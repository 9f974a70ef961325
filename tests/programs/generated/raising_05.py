# Cases 20 to 23 of `tests/tools/raising.py --seed 2`.
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
    w = 0
    while w < n:
        w += 1
        print(i, k, x)
        k = (k - 1) * 3 % 17
        x = i + x / (x)
    k += 1
    try:
        f[k] = i + x
        try:
            for i in range(n):
                x = f[[0, k - 1]].sum()
                k += 1
                f[1:] += g[:]
                if i == 1:
                    continue
                print('g', g[:2], xs)
        except IndexError as e:
            print('caught', e)
            k = (len(xs)) * 3 % 17
        k = (i % 3) * 3 % 17
    finally:
        print('finally', i)
        f[:] = f + g[:n]
        for i in range(2):
            xs.append(k)
            for i in range(2):
                put(f, k + 2, -x)
                print('g', g[:2], xs)
            for i in range(2):
                put(f, n - k, i + x)
                print('g', g[:2], xs)
                k = item(xs, -k - 1)
            if i == k:
                continue
            print('g', g[:2], xs)
        for i in range(2):
            try:
                x = x * 0.5
                print('g', g[:2], xs)
                x = x * 2
            except IndexError as e:
                print('caught', e)
                print('g', g[:2], xs)
                return -1
            finally:
                print('finally', k)
                xs.append(k)
            w = 0
            while w < n:
                w += 1
                x = f[[0, -i]].sum()
                xs[-k - 1] = k
            try:
                f[:n] += g[:]
                g[g > 1] = f[:n].astype(int)
                k = int("7")
            finally:
                print('finally', i)
                x = f[:k].max()
                put(xs, i, 3)
                print(i, k, x)
        else:
            k = k - 1 // (i % 3)
    print('end', i, k, x)
    return k
print('case', 0)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 0, 2, -1.5))
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
    print(case0(f, g, xs, 2, 0, 0))
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
    for i in range(1, n + 1):
        f[k] = x * 2
        k -= 1
        try:
            x = math.sqrt((i) ** 2) + math.sqrt(i % 3 * 0 + 1)
            g[g > 3] = f[:n].astype(int)
        except ArithmeticError as e:
            print('caught', e)
            k = k * 2 - i // (-i)
            raise
        finally:
            print('finally', k)
            if i == len(xs):
                if 0 > k * 2 - i:
                    raise ValueError(f"k is {k}, i is {i}")
            try:
                k -= 1
            except ArithmeticError as e:
                print('caught', e)
                f[n - k] = x - 1
                assert i + k != len(xs), f"at {i}"
                raise
            else:
                f[:] = f + g[:k]
                xs.append(k)
                print(i + k, 0.5)
            finally:
                print('finally', k)
                f[i] = k * 0.25
                k -= 1
                print('g', g[:2], xs)
    f *= 2
    if k == i % 3:
        f[:] = f + g[:k]
    else:
        try:
            for i in range(2):
                print(i + k, k * 0.25)
                print(i, k, x)
                if k == n:
                    raise ValueError
                if i == 1:
                    break
                x = f[2] + x
                print(2, 0.5)
            f[k:] += g[:]
        except LookupError as e:
            print('caught', e)
            if i % 3 != -i:
                k += 1
                k = ratio(k - 1, len(xs))
            else:
                f *= 2
                print('g', g[:2], xs)
            f[1:] += g[:n]
            return -1
        finally:
            print('finally', k)
            x = item(f, k)
            w = 0
            while w < n:
                w += 1
                g[i * 2] += i
                k -= 1
                x = k * 0.25 / (x + k)
        for i in range(n):
            try:
                f[1:] += g[:]
            except ArithmeticError as e:
                print('caught', e)
                k = ratio(5, -i)
            w = 0
            while w < n:
                w += 1
                x = i % 3 / (n - i)
            for e in xs[:3]:
                k = e
                xs.append(k)
                k = item(xs, i * 2)
            if i == 1:
                continue
            f[0] = x - 1
            for i in range(n):
                g[-1] += 1
                f *= 2
                x = f[[0, i + k]].sum()
            for i in range(n - 1, -2, -1):
                x = k * 0.25
                print('f', f)
                x = k
    print('end', i, k, x)
    return k
print('case', 1)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 0, 2, -1.5))
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
    print(case1(f, g, xs, 2, 2, 2.0))
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
    print(case1(f, g, xs, 1, 3, 2.0))
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
    k = (k + 2) * 3 % 17
    f[0] = x - 1
    x = k * 2 - i / (k)
    if n - 2 == 0:
        for i in range(2):
            g[-1] += 1
            f[2] = x
        for e in xs[:3]:
            k = e
            if len(xs) < n:
                f *= 2
                k = item(xs, i + k)
                k = (2) * 3 % 17
            x = k
            g[-1] += 1
    else:
        if i + k > k - 1:
            raise RuntimeError(f"k is {k}, i is {i}")
    k = (k + xs[-i]) % 50
    if k != k:
        xs[n - k] = k
        x = k
    else:
        k = need(len(xs) > 5, k)
    print('end', i, k, x)
    return k
print('case', 2)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 2, 0, 0.5))
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
    print(case2(f, g, xs, 0, 2, 2.0))
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
    print(case2(f, g, xs, 1, 3, 0.5))
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
    x = k
    f *= 2
    for i in range(n - 1, -2, -1):
        try:
            for i in range(k % 4):
                k = k * 2 - i // (n - 2)
            assert len(xs) < 9
            k += 1
        except Exception as e:
            print('caught', e)
            if -i < n - i:
                x = f[[0, -i]].sum()
            return -1
    x = x * 2
    k = (k + xs[-k - 1]) % 50
    print('end', i, k, x)
    return k
print('case', 3)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 2, 1, -1.5))
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
print(case3(f, g, xs, 1, 2, 0.5))
print(f, g, xs)
