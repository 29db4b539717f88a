//! WAVE texts of the rows as values of the bindings, and back.

use bytes::Bytes;
use wasm_wave::value::{Type, Value};
use wasm_wave::wasm::WasmValue as _;

use crate::bindings::client::witwire_test::interop::async_values::Sample;
use crate::bindings::client::witwire_test::interop::bits;
use crate::bindings::client::witwire_test::interop::compounds::{Color, Person, Point, Shape};
use crate::bindings::wide_client::witwire_test::interop::wide_bits;

/// A value that WAVE can write. Streams are written as lists and so are read as `Vec` here.
pub trait Wave: Sized {
    fn wave_type() -> Type;
    fn read(value: &Value) -> Self;
    fn write(&self) -> Value;
}

pub fn parse<T: Wave>(text: &str) -> anyhow::Result<T> {
    Ok(T::read(&wasm_wave::from_str::<Value>(&T::wave_type(), text)?))
}

/// The canonical text.
pub fn print<T: Wave>(value: &T) -> anyhow::Result<String> {
    Ok(wasm_wave::to_string(&value.write())?)
}

macro_rules! scalars {
    ($($type:ty: $kind:ident, $make:ident, $unwrap:ident;)*) => {
        $(impl Wave for $type {
            fn wave_type() -> Type {
                Type::$kind
            }
            fn read(value: &Value) -> Self {
                value.$unwrap()
            }
            fn write(&self) -> Value {
                Value::$make(*self)
            }
        })*
    };
}

scalars! {
    bool: BOOL, make_bool, unwrap_bool;
    u8: U8, make_u8, unwrap_u8;
    i8: S8, make_s8, unwrap_s8;
    u16: U16, make_u16, unwrap_u16;
    i16: S16, make_s16, unwrap_s16;
    u32: U32, make_u32, unwrap_u32;
    i32: S32, make_s32, unwrap_s32;
    u64: U64, make_u64, unwrap_u64;
    i64: S64, make_s64, unwrap_s64;
    f32: F32, make_f32, unwrap_f32;
    f64: F64, make_f64, unwrap_f64;
    char: CHAR, make_char, unwrap_char;
}

impl Wave for String {
    fn wave_type() -> Type {
        Type::STRING
    }
    fn read(value: &Value) -> Self {
        value.unwrap_string().into_owned()
    }
    fn write(&self) -> Value {
        Value::make_string(self.as_str().into())
    }
}

impl<T: Wave> Wave for Vec<T> {
    fn wave_type() -> Type {
        Type::list(T::wave_type())
    }
    fn read(value: &Value) -> Self {
        value.unwrap_list().map(|item| T::read(&item)).collect()
    }
    fn write(&self) -> Value {
        Value::make_list(&Self::wave_type(), self.iter().map(T::write)).expect("a list of its type")
    }
}

impl Wave for Bytes {
    fn wave_type() -> Type {
        Type::list(Type::U8)
    }
    fn read(value: &Value) -> Self {
        Vec::read(value).into()
    }
    fn write(&self) -> Value {
        self.to_vec().write()
    }
}

impl<T: Wave> Wave for Option<T> {
    fn wave_type() -> Type {
        Type::option(T::wave_type())
    }
    fn read(value: &Value) -> Self {
        value.unwrap_option().map(|payload| T::read(&payload))
    }
    fn write(&self) -> Value {
        Value::make_option(&Self::wave_type(), self.as_ref().map(T::write)).expect("an option of its type")
    }
}

/// A payload of a result, which may be missing.
pub trait Payload: Sized {
    fn payload_type() -> Option<Type>;
    fn read_payload(value: Option<&Value>) -> Self;
    fn write_payload(&self) -> Option<Value>;
}

impl Payload for () {
    fn payload_type() -> Option<Type> {
        None
    }
    fn read_payload(_: Option<&Value>) -> Self {}
    fn write_payload(&self) -> Option<Value> {
        None
    }
}

macro_rules! payloads {
    ($($type:ty),*) => {
        $(impl Payload for $type {
            fn payload_type() -> Option<Type> {
                Some(<$type as Wave>::wave_type())
            }
            fn read_payload(value: Option<&Value>) -> Self {
                <$type as Wave>::read(value.expect("a payload"))
            }
            fn write_payload(&self) -> Option<Value> {
                Some(Wave::write(self))
            }
        })*
    };
}

payloads! { u32, String, Color }

impl<T: Payload, E: Payload> Wave for Result<T, E> {
    fn wave_type() -> Type {
        Type::result(T::payload_type(), E::payload_type())
    }
    fn read(value: &Value) -> Self {
        match value.unwrap_result() {
            Ok(payload) => Ok(T::read_payload(payload.as_deref())),
            Err(payload) => Err(E::read_payload(payload.as_deref())),
        }
    }
    fn write(&self) -> Value {
        let payload = match self {
            Ok(payload) => Ok(payload.write_payload()),
            Err(payload) => Err(payload.write_payload()),
        };
        Value::make_result(&Self::wave_type(), payload).expect("a result of its type")
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {
        $(impl<$($name: Wave),+> Wave for ($($name,)+) {
            fn wave_type() -> Type {
                Type::tuple([$($name::wave_type()),+]).expect("a tuple of at least one")
            }
            fn read(value: &Value) -> Self {
                let mut items = value.unwrap_tuple();
                ($($name::read(&items.next().expect("an item")),)+)
            }
            fn write(&self) -> Value {
                Value::make_tuple(&Self::wave_type(), [$(self.$index.write()),+]).expect("a tuple of its type")
            }
        })*
    };
}

tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) }

macro_rules! records {
    ($($type:ident { $($field:ident: $of:ty),* })*) => {
        $(impl Wave for $type {
            fn wave_type() -> Type {
                Type::record([$((stringify!($field), <$of>::wave_type())),*]).expect("a record with fields")
            }
            fn read(value: &Value) -> Self {
                let mut fields = value.unwrap_record();
                $type { $($field: <$of>::read(&fields.next().expect("a field").1)),* }
            }
            fn write(&self) -> Value {
                let fields = [$((stringify!($field), self.$field.write())),*];
                Value::make_record(&Self::wave_type(), fields).expect("a record of its type")
            }
        })*
    };
}

records! {
    Point { x: i32, y: i32 }
    Person { name: String, age: Option<u8>, home: Point, tags: Vec<String> }
    Sample { id: u32, label: String }
}

impl Wave for Shape {
    fn wave_type() -> Type {
        Type::variant([
            ("empty", None),
            ("circle", Some(Type::F64)),
            ("line", Some(<(Point, Point)>::wave_type())),
            ("named", Some(Type::STRING)),
        ])
        .expect("a variant with cases")
    }
    fn read(value: &Value) -> Self {
        let (case, payload) = value.unwrap_variant();
        match (&*case, payload) {
            ("empty", None) => Self::Empty,
            ("circle", Some(payload)) => Self::Circle(f64::read(&payload)),
            ("line", Some(payload)) => Self::Line(Wave::read(&payload)),
            ("named", Some(payload)) => Self::Named(String::read(&payload)),
            _ => unreachable!("no such case: {case}"),
        }
    }
    fn write(&self) -> Value {
        let (case, payload) = match self {
            Self::Empty => ("empty", None),
            Self::Circle(radius) => ("circle", Some(radius.write())),
            Self::Line(line) => ("line", Some(line.write())),
            Self::Named(name) => ("named", Some(name.write())),
        };
        Value::make_variant(&Self::wave_type(), case, payload).expect("a variant of its type")
    }
}

const COLORS: [(&str, Color); 3] = [("red", Color::Red), ("green", Color::Green), ("blue", Color::Blue)];

impl Wave for Color {
    fn wave_type() -> Type {
        Type::enum_ty(COLORS.map(|(name, _)| name)).expect("an enum with cases")
    }
    fn read(value: &Value) -> Self {
        let name = value.unwrap_enum();
        COLORS.iter().find(|(known, _)| *known == name).expect("a color").1
    }
    fn write(&self) -> Value {
        Value::make_enum(&Self::wave_type(), COLORS[*self as usize].0).expect("an enum of its type")
    }
}

/// All flags of the suite are called a0, a1 and so on.
macro_rules! flags {
    ($($type:ty: $count:literal, $repr:ty;)*) => {
        $(impl Wave for $type {
            fn wave_type() -> Type {
                Type::flags((0..$count).map(|bit| format!("a{bit}"))).expect("flags")
            }
            fn read(value: &Value) -> Self {
                let bit = |name: &str| -> $repr { 1 << name[1..].parse::<u32>().expect("a number") };
                Self::from_bits_retain(value.unwrap_flags().map(|name| bit(&name)).sum())
            }
            fn write(&self) -> Value {
                let set = (0..$count).filter(|bit| self.bits() >> bit & 1 == 1);
                let names: Vec<String> = set.map(|bit: u32| format!("a{bit}")).collect();
                Value::make_flags(&Self::wave_type(), names.iter().map(String::as_str)).expect("flags of their type")
            }
        })*
    };
}

flags! {
    bits::F7: 7, u8;
    bits::F8: 8, u8;
    bits::F9: 9, u16;
    bits::F16: 16, u16;
    bits::F17: 17, u32;
    bits::F32s: 32, u32;
    wide_bits::F33: 33, u64;
    wide_bits::F64s: 64, u64;
}
