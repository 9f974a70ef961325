//! Strided arrays as the safe half of the runtime sees them.
//!
//! An `ArrayView` is the bytes that the array's elements lie in, the offset of its first element, dims and byte
//! strides. Construction proves that every element lies inside the bytes, so reading needs no unsafe code; negative
//! and zero strides are fine. Elements are read unaligned, in native byte order.

use crate::error::{Error, Result};
use num_complex::Complex;
use quipu_abi::{DType, MAX_RANK};

/// One element of an array, or a NumPy scalar.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Scalar {
    Bool(bool),
    /// With its dtype, `I8` to `I64`.
    Int(i64, DType),
    /// With its dtype, `U8` to `U64`.
    UInt(u64, DType),
    F32(f32),
    F64(f64),
    C64(Complex<f32>),
    C128(Complex<f64>),
}

impl Scalar {
    pub fn dtype(self) -> DType {
        match self {
            Scalar::Bool(_) => DType::Bool,
            Scalar::Int(_, dtype) | Scalar::UInt(_, dtype) => dtype,
            Scalar::F32(_) => DType::F32,
            Scalar::F64(_) => DType::F64,
            Scalar::C64(_) => DType::C64,
            Scalar::C128(_) => DType::C128,
        }
    }

    /// The element of `dtype` that `bytes` (exactly its size) hold.
    pub fn from_bytes(dtype: DType, bytes: &[u8]) -> Scalar {
        match dtype {
            DType::Bool => Scalar::Bool(u8::read(bytes) != 0),
            DType::I8 => Scalar::Int(i8::read(bytes).into(), dtype),
            DType::I16 => Scalar::Int(i16::read(bytes).into(), dtype),
            DType::I32 => Scalar::Int(i32::read(bytes).into(), dtype),
            DType::I64 => Scalar::Int(i64::read(bytes), dtype),
            DType::U8 => Scalar::UInt(u8::read(bytes).into(), dtype),
            DType::U16 => Scalar::UInt(u16::read(bytes).into(), dtype),
            DType::U32 => Scalar::UInt(u32::read(bytes).into(), dtype),
            DType::U64 => Scalar::UInt(u64::read(bytes), dtype),
            DType::F32 => Scalar::F32(f32::read(bytes)),
            DType::F64 => Scalar::F64(f64::read(bytes)),
            DType::C64 => Scalar::C64(Complex::read(bytes)),
            DType::C128 => Scalar::C128(Complex::read(bytes)),
        }
    }
}

/// A Rust type that is some dtype's element; plain data, so bytes convert to and fro.
pub trait Element: bytemuck::Pod {
    const DTYPE: DType;

    /// From exactly `size_of::<Self>()` bytes, aligned or not.
    fn read(bytes: &[u8]) -> Self {
        bytemuck::pod_read_unaligned(bytes)
    }

    fn write(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(bytemuck::bytes_of(&self));
    }
}

macro_rules! elements {
    ($($ty:ty => $dtype:ident),* $(,)?) => { $(impl Element for $ty { const DTYPE: DType = DType::$dtype; })* };
}

// Bool has no element type of its own here: its bytes are read as u8.
elements! {
    i8 => I8, i16 => I16, i32 => I32, i64 => I64, u8 => U8, u16 => U16, u32 => U32, u64 => U64, f32 => F32, f64 => F64,
    Complex<f32> => C64, Complex<f64> => C128,
}

/// Calls a generic function with the element type of a dtype; bool goes as `u8`.
macro_rules! with_element {
    ($dtype:expr, $ty:ident => $body:expr) => {{
        use num_complex::Complex;
        match $dtype {
            quipu_abi::DType::Bool | quipu_abi::DType::U8 => {
                type $ty = u8;
                $body
            }
            quipu_abi::DType::I8 => {
                type $ty = i8;
                $body
            }
            quipu_abi::DType::I16 => {
                type $ty = i16;
                $body
            }
            quipu_abi::DType::I32 => {
                type $ty = i32;
                $body
            }
            quipu_abi::DType::I64 => {
                type $ty = i64;
                $body
            }
            quipu_abi::DType::U16 => {
                type $ty = u16;
                $body
            }
            quipu_abi::DType::U32 => {
                type $ty = u32;
                $body
            }
            quipu_abi::DType::U64 => {
                type $ty = u64;
                $body
            }
            quipu_abi::DType::F32 => {
                type $ty = f32;
                $body
            }
            quipu_abi::DType::F64 => {
                type $ty = f64;
                $body
            }
            quipu_abi::DType::C64 => {
                type $ty = Complex<f32>;
                $body
            }
            quipu_abi::DType::C128 => {
                type $ty = Complex<f64>;
                $body
            }
        }
    }};
}

pub(crate) use with_element;

/// A strided array that is only read.
#[derive(Clone, Copy, Debug)]
pub struct ArrayView<'a> {
    pub dtype: DType,
    rank: usize,
    dims: [usize; MAX_RANK],
    strides: [isize; MAX_RANK],
    bytes: &'a [u8],
    offset: usize,
}

/// Dims in C order: the byte strides that lay them out densely.
pub fn c_strides(dims: &[usize], item: usize) -> Vec<isize> {
    let mut strides = vec![0; dims.len()];
    let mut step = item as isize;
    for (stride, &n) in strides.iter_mut().zip(dims).rev() {
        *stride = step;
        step = step.saturating_mul(n.max(1) as isize);
    }
    strides
}

/// The bytes before and after the first element's address that an array touches; `None` where the sum overflows.
/// An array without elements touches nothing.
pub fn extent(dims: &[usize], strides: &[isize], item: usize) -> Option<(usize, usize)> {
    if dims.contains(&0) {
        return Some((0, 0));
    }
    let (mut before, mut after) = (0usize, item);
    for (&n, &stride) in dims.iter().zip(strides) {
        let reach = stride.unsigned_abs().checked_mul(n - 1)?;
        let side = if stride < 0 { &mut before } else { &mut after };
        *side = side.checked_add(reach)?;
    }
    Some((before, after))
}

impl<'a> ArrayView<'a> {
    /// An array whose first element lies at `offset` of `bytes`; an error unless all elements lie inside.
    pub fn new(
        dtype: DType,
        dims: &[usize],
        strides: &[isize],
        bytes: &'a [u8],
        offset: usize,
    ) -> Result<ArrayView<'a>> {
        let outside = || Error::value("array extends beyond its memory");
        if dims.len() > MAX_RANK || dims.len() != strides.len() {
            return Err(Error::value(format!("maximum supported dimension for an array is {MAX_RANK}")));
        }
        let (before, after) = extent(dims, strides, dtype.size()).ok_or_else(outside)?;
        if before > offset || offset.checked_add(after).is_none_or(|end| end > bytes.len()) {
            return Err(outside());
        }
        let mut view =
            ArrayView { dtype, rank: dims.len(), dims: [0; MAX_RANK], strides: [0; MAX_RANK], bytes, offset };
        view.dims[..dims.len()].copy_from_slice(dims);
        view.strides[..dims.len()].copy_from_slice(strides);
        Ok(view)
    }

    /// Dense elements in C order.
    pub fn dense(dtype: DType, dims: &[usize], bytes: &'a [u8]) -> Result<ArrayView<'a>> {
        ArrayView::new(dtype, dims, &c_strides(dims, dtype.size()), bytes, 0)
    }

    /// A one-dimensional array.
    pub fn from_slice<T: Element>(values: &'a [T]) -> ArrayView<'a> {
        let mut view = ArrayView {
            dtype: T::DTYPE,
            rank: 1,
            dims: [0; MAX_RANK],
            strides: [0; MAX_RANK],
            bytes: bytemuck::cast_slice(values),
            offset: 0,
        };
        view.dims[0] = values.len();
        view.strides[0] = size_of::<T>() as isize;
        view
    }

    pub fn rank(&self) -> usize {
        self.rank
    }

    pub fn dims(&self) -> &[usize] {
        &self.dims[..self.rank]
    }

    pub fn strides(&self) -> &[isize] {
        &self.strides[..self.rank]
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.dims().iter().product()
    }

    /// Where in `bytes` the element at `index` (inside the dims) lies.
    fn place(&self, index: &[usize]) -> usize {
        let steps = index.iter().zip(self.strides()).map(|(&i, &stride)| i as isize * stride);
        self.offset.wrapping_add_signed(steps.sum())
    }

    pub fn get(&self, index: &[usize]) -> Scalar {
        let at = self.place(index);
        Scalar::from_bytes(self.dtype, &self.bytes[at..at + self.dtype.size()])
    }

    pub fn read<T: Element>(&self, index: &[usize]) -> T {
        let at = self.place(index);
        T::read(&self.bytes[at..at + size_of::<T>()])
    }

    /// The address of the first element; one past the memory's end where there is none.
    pub(crate) fn data(&self) -> *const u8 {
        self.bytes.as_ptr().wrapping_add(self.offset)
    }

    /// The array at position `i` of the first axis.
    pub fn row(&self, i: usize) -> ArrayView<'a> {
        let mut row = *self;
        row.offset = self.place(&[i]);
        row.rank -= 1;
        row.dims.copy_within(1.., 0);
        row.strides.copy_within(1.., 0);
        row
    }

    /// Reads a rank-1 array's element.
    #[inline]
    pub fn at<T: Element>(&self, i: usize) -> T {
        let at = self.offset.wrapping_add_signed(i as isize * self.strides[0]);
        T::read(&self.bytes[at..at + size_of::<T>()])
    }

    /// The same elements with axes in another order: as many dims and strides as before.
    pub(crate) fn reshaped(&self, dims: &[usize], strides: &[isize]) -> ArrayView<'a> {
        let mut view = *self;
        view.dims[..dims.len()].copy_from_slice(dims);
        view.strides[..strides.len()].copy_from_slice(strides);
        view
    }

    /// The part `from..to` of the first axis.
    pub fn slice(&self, from: usize, to: usize) -> ArrayView<'a> {
        let mut part = *self;
        if from < to {
            part.offset = self.place(&[from]);
        }
        part.dims[0] = to.saturating_sub(from);
        part
    }

    /// The element `offset` bytes from the first one.
    #[inline]
    pub(crate) fn read_at<T: Element>(&self, offset: isize) -> T {
        let at = self.offset.wrapping_add_signed(offset);
        T::read(&self.bytes[at..at + size_of::<T>()])
    }

    /// Where the lanes along `axis` begin: byte offsets from the first element, in row-major order of the other axes.
    pub(crate) fn lanes(&self, axis: usize) -> Vec<isize> {
        let mut starts = vec![0];
        if self.size() == 0 {
            return Vec::new();
        }
        for other in (0..self.rank).filter(|&other| other != axis) {
            let (n, stride) = (self.dims[other] as isize, self.strides[other]);
            starts = starts.iter().flat_map(|&start| (0..n).map(move |i| start + i * stride)).collect();
        }
        starts
    }

    /// The elements along `axis` from a lane's start.
    pub(crate) fn lane<T: Element>(&self, start: isize, axis: usize) -> Vec<T> {
        (0..self.dims[axis] as isize).map(|i| self.read_at(start + i * self.strides[axis])).collect()
    }

    /// Every element in row-major order, as bytes.
    pub fn for_each(&self, mut f: impl FnMut(&'a [u8])) {
        let item = self.dtype.size();
        let mut index = [0usize; MAX_RANK];
        for _ in 0..self.size() {
            let at = self.place(&index[..self.rank]);
            f(&self.bytes[at..at + item]);
            for axis in (0..self.rank).rev() {
                index[axis] += 1;
                if index[axis] < self.dims[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
    }

    /// All elements in row-major order; `T` must be the dtype's element.
    pub fn to_vec<T: Element>(&self) -> Vec<T> {
        let mut out = Vec::with_capacity(self.size());
        self.for_each(|bytes| out.push(T::read(bytes)));
        out
    }
}

/// A strided array that is written.
#[derive(Debug)]
pub struct ArrayViewMut<'a> {
    /// Dims, strides and offset; its own bytes are empty.
    shape: ArrayView<'static>,
    bytes: &'a mut [u8],
}

impl<'a> ArrayViewMut<'a> {
    /// As `ArrayView::new`.
    pub fn new(
        dtype: DType,
        dims: &[usize],
        strides: &[isize],
        bytes: &'a mut [u8],
        offset: usize,
    ) -> Result<ArrayViewMut<'a>> {
        let checked = ArrayView::new(dtype, dims, strides, bytes, offset)?;
        let shape = ArrayView { bytes: &[], ..checked };
        Ok(ArrayViewMut { shape, bytes })
    }

    pub fn dtype(&self) -> DType {
        self.shape.dtype
    }

    pub fn view(&self) -> ArrayView<'_> {
        ArrayView { bytes: self.bytes, ..self.shape }
    }

    /// The address of the first element.
    pub(crate) fn data(&mut self) -> *mut u8 {
        self.bytes.as_mut_ptr().wrapping_add(self.shape.offset)
    }

    fn write_at<T: Element>(&mut self, offset: isize, value: T) {
        let at = self.shape.offset.wrapping_add_signed(offset);
        value.write(&mut self.bytes[at..at + size_of::<T>()]);
    }

    /// Writes the elements along `axis` from a lane's start.
    pub(crate) fn write_lane<T: Element>(&mut self, start: isize, axis: usize, values: &[T]) {
        let stride = self.shape.strides[axis];
        for (i, &value) in values.iter().enumerate() {
            self.write_at(start + i as isize * stride, value);
        }
    }

    /// Changes every lane along `axis`.
    pub(crate) fn for_each_lane<T: Element>(&mut self, axis: usize, f: impl Fn(&mut [T])) {
        let n = self.shape.dims[axis];
        for start in self.view().lanes(axis) {
            // In place where the elements lie side by side, as those of most arrays do.
            if self.shape.strides[axis] == size_of::<T>() as isize {
                let at = self.shape.offset.wrapping_add_signed(start);
                let bytes = &mut self.bytes[at..at + n * size_of::<T>()];
                if let Ok(lane) = bytemuck::try_cast_slice_mut(bytes) {
                    f(lane);
                    continue;
                }
            }
            let mut lane = self.view().lane::<T>(start, axis);
            f(&mut lane);
            self.write_lane(start, axis, &lane);
        }
    }

    /// Writes all elements from the bytes of a dense array of the same dims.
    pub(crate) fn assign_bytes(&mut self, bytes: &[u8]) {
        let (dtype, n) = (self.shape.dtype, self.shape.rank);
        let dims = self.shape.dims;
        let mut index = [0usize; MAX_RANK];
        for item in bytes.chunks_exact(dtype.size()) {
            let at = self.shape.place(&index[..n]);
            self.bytes[at..at + item.len()].copy_from_slice(item);
            for axis in (0..n).rev() {
                index[axis] += 1;
                if index[axis] < dims[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
    }

    /// Writes all elements, in row-major order.
    pub fn assign<T: Element>(&mut self, values: &[T]) {
        let axis = self.shape.rank.saturating_sub(1);
        if self.shape.rank == 0 {
            if let Some(&value) = values.first() {
                self.write_at(0, value);
            }
            return;
        }
        let n = self.shape.dims[axis].max(1);
        for (start, row) in self.view().lanes(axis).into_iter().zip(values.chunks(n)) {
            self.write_lane(start, axis, row);
        }
    }
}

/// A dense array that the runtime made: what files and products return.
#[derive(Clone, PartialEq, Debug)]
pub struct OwnedArray {
    pub dtype: DType,
    pub dims: Vec<usize>,
    /// Elements run down the first axis first (Fortran's order) instead of along the last.
    pub fortran: bool,
    pub bytes: Vec<u8>,
}

impl OwnedArray {
    pub fn from_vec<T: Element>(dims: &[usize], values: &[T]) -> OwnedArray {
        OwnedArray {
            dtype: T::DTYPE,
            dims: dims.to_vec(),
            fortran: false,
            bytes: bytemuck::cast_slice(values).to_vec(),
        }
    }

    pub fn strides(&self) -> Vec<isize> {
        if self.fortran {
            let reversed: Vec<usize> = self.dims.iter().rev().copied().collect();
            let mut strides = c_strides(&reversed, self.dtype.size());
            strides.reverse();
            strides
        } else {
            c_strides(&self.dims, self.dtype.size())
        }
    }

    pub fn view(&self) -> Result<ArrayView<'_>> {
        ArrayView::new(self.dtype, &self.dims, &self.strides(), &self.bytes, 0)
    }
}
