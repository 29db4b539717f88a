//! The client: calls every row of the suite and says how it went.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use anyhow::{ensure, Context as _};
use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use futures::Stream;
use serde_json::{json, Value as Json};
use tokio::time::timeout;

use crate::address::Address;
use crate::bindings::client::root_echo;
use crate::bindings::client::witwire_test::interop::{async_values, bits, compounds, lists, scalars, voids};
use crate::bindings::wide_client::witwire_test::interop::wide_bits;
use crate::scripts;
use crate::values::{parse, print, Wave};

type StreamOf<T> = Pin<Box<dyn Stream<Item = T> + Send>>;
type FutureOf<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// How long a row may take; one that a peer's defect makes hang takes all of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// A function and its values, as WAVE texts: arguments in parentheses, and the result.
struct Row<'a> {
    function: &'a str,
    params: &'a str,
    result: &'a str,
    /// Instead of the texts: the length of a byte stream whose byte `i` is `i % 251`.
    fill: Option<usize>,
}

pub async fn call(address: Address, rows: &str) -> anyhow::Result<()> {
    let rows: Json = serde_json::from_slice(&std::fs::read(rows).context("cannot read the rows")?)?;
    for row in rows.as_array().context("rows are a list")? {
        let name = row["row"].as_str().context("a row has a name")?;
        let outcome = match timeout(PATIENCE, call_row(&address, row)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(anyhow::anyhow!("nothing came for {} s", PATIENCE.as_secs())),
        };
        match outcome {
            Ok(()) => println!("{}", json!({ "row": name, "ok": true })),
            Err(error) => println!("{}", json!({ "row": name, "ok": false, "error": format!("{error:#}") })),
        }
    }
    Ok(())
}

async fn call_row(to: &Address, row: &Json) -> anyhow::Result<()> {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    if row["script"].is_string() {
        return scripts::run(to, text("script")).await;
    }
    let fill = row["fill"].as_u64().map(|length| length as usize);
    let row = Row { function: text("function"), params: text("params"), result: text("result"), fill };
    match text("interface") {
        "" => call_root(to, &row).await,
        "scalars" => call_scalars(to, &row).await,
        "lists" => call_lists(to, &row).await,
        "compounds" => call_compounds(to, &row).await,
        "bits" | "wide-bits" => call_bits(to, &row).await,
        "voids" => call_voids(to, &row).await,
        "async-values" => call_async(to, &row).await,
        other => anyhow::bail!("this peer knows no interface {other}"),
    }
}

/// Compares what came with what the row expects, both as canonical texts.
fn check<T: Wave>(row: &Row<'_>, got: &T) -> anyhow::Result<()> {
    let expected = print(&parse::<T>(row.result)?)?;
    let got = print(got)?;
    ensure!(got == expected, "got {}, not {}", shorten(&got), shorten(&expected));
    Ok(())
}

fn shorten(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Calls with one argument, by value.
macro_rules! pass {
    ($to:expr, $row:expr, $function:path, $type:ty) => {{
        let (v,) = parse::<($type,)>($row.params)?;
        check($row, &$function($to, (), v).await?)
    }};
}

/// Calls with one argument, by reference.
macro_rules! lend {
    ($to:expr, $row:expr, $function:path, $type:ty) => {{
        let (v,) = parse::<($type,)>($row.params)?;
        check($row, &$function($to, (), &v).await?)
    }};
}

fn unknown(row: &Row<'_>) -> anyhow::Result<()> {
    anyhow::bail!("this peer knows no function {}", row.function)
}

async fn call_root(to: &Address, row: &Row<'_>) -> anyhow::Result<()> {
    match row.function {
        "root-echo" => lend!(to, row, root_echo, String),
        _ => unknown(row),
    }
}

async fn call_scalars(to: &Address, row: &Row<'_>) -> anyhow::Result<()> {
    match row.function {
        "echo-bool" => pass!(to, row, scalars::echo_bool, bool),
        "echo-u8" => pass!(to, row, scalars::echo_u8, u8),
        "echo-s8" => pass!(to, row, scalars::echo_s8, i8),
        "echo-u16" => pass!(to, row, scalars::echo_u16, u16),
        "echo-s16" => pass!(to, row, scalars::echo_s16, i16),
        "echo-u32" => pass!(to, row, scalars::echo_u32, u32),
        "echo-s32" => pass!(to, row, scalars::echo_s32, i32),
        "echo-u64" => pass!(to, row, scalars::echo_u64, u64),
        "echo-s64" => pass!(to, row, scalars::echo_s64, i64),
        "echo-f32" => pass!(to, row, scalars::echo_f32, f32),
        "echo-f64" => pass!(to, row, scalars::echo_f64, f64),
        "echo-char" => pass!(to, row, scalars::echo_char, char),
        "echo-string" => lend!(to, row, scalars::echo_string, String),
        _ => unknown(row),
    }
}

async fn call_lists(to: &Address, row: &Row<'_>) -> anyhow::Result<()> {
    match row.function {
        "echo-bytes" => lend!(to, row, lists::echo_bytes, Bytes),
        "echo-u32s" => lend!(to, row, lists::echo_u32s, Vec<u32>),
        "echo-s64s" => lend!(to, row, lists::echo_s64s, Vec<i64>),
        "echo-f64s" => lend!(to, row, lists::echo_f64s, Vec<f64>),
        "echo-strings" => {
            let (v,) = parse::<(Vec<String>,)>(row.params)?;
            check(row, &lists::echo_strings(to, (), &texts(&v)).await?)
        }
        "echo-nested" => {
            let (v,) = parse::<(Vec<Vec<String>>,)>(row.params)?;
            let inner: Vec<Vec<&str>> = v.iter().map(|list| texts(list)).collect();
            let outer: Vec<&[&str]> = inner.iter().map(Vec::as_slice).collect();
            check(row, &lists::echo_nested(to, (), &outer).await?)
        }
        _ => unknown(row),
    }
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

async fn call_compounds(to: &Address, row: &Row<'_>) -> anyhow::Result<()> {
    use compounds::{Color, Person, Point, Shape};
    match row.function {
        "echo-record" => lend!(to, row, compounds::echo_record, Person),
        "echo-records" => lend!(to, row, compounds::echo_records, Vec<Person>),
        "echo-variant" => lend!(to, row, compounds::echo_variant, Shape),
        "echo-enum" => pass!(to, row, compounds::echo_enum, Color),
        "echo-tuple" => {
            let ((number, text, point),) = parse::<((u8, String, Point),)>(row.params)?;
            check(row, &compounds::echo_tuple(to, (), (number, &text, point)).await?)
        }
        "echo-option" => {
            let (v,) = parse::<(Option<String>,)>(row.params)?;
            check(row, &compounds::echo_option(to, (), v.as_deref()).await?)
        }
        "echo-option-option" => pass!(to, row, compounds::echo_option_option, Option<Option<u32>>),
        "try-u32" => {
            let (v, err) = parse::<(u32, String)>(row.params)?;
            check(row, &compounds::try_u32(to, (), v, &err).await?)
        }
        "try-nothing" => pass!(to, row, compounds::try_nothing, Option<Color>),
        "try-only-ok" => {
            let (v, fail) = parse::<(u32, bool)>(row.params)?;
            check(row, &compounds::try_only_ok(to, (), v, fail).await?)
        }
        "many-params" => {
            let list = row.params.replacen('(', "[", 1).replacen(')', "]", 1);
            let [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16] =
                parse::<Vec<u64>>(&list)?.try_into().ok().context("16 parameters")?;
            let got =
                compounds::many_params(to, (), a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16);
            check(row, &got.await?)
        }
        _ => unknown(row),
    }
}

async fn call_bits(to: &Address, row: &Row<'_>) -> anyhow::Result<()> {
    match row.function {
        "echo-f7" => lend!(to, row, bits::echo_f7, bits::F7),
        "echo-f8" => lend!(to, row, bits::echo_f8, bits::F8),
        "echo-f9" => lend!(to, row, bits::echo_f9, bits::F9),
        "echo-f16" => lend!(to, row, bits::echo_f16, bits::F16),
        "echo-f17" => lend!(to, row, bits::echo_f17, bits::F17),
        "echo-f32s" => lend!(to, row, bits::echo_f32s, bits::F32s),
        "echo-f33" => lend!(to, row, wide_bits::echo_f33, wide_bits::F33),
        "echo-f64s" => lend!(to, row, wide_bits::echo_f64s, wide_bits::F64s),
        "echo-f17-and-next" => {
            let (v, next) = parse::<(bits::F17, u8)>(row.params)?;
            check(row, &bits::echo_f17_and_next(to, (), &v, next).await?)
        }
        "echo-f33-and-next" => {
            let (v, next) = parse::<(wide_bits::F33, u8)>(row.params)?;
            check(row, &wide_bits::echo_f33_and_next(to, (), &v, next).await?)
        }
        _ => unknown(row),
    }
}

async fn call_voids(to: &Address, row: &Row<'_>) -> anyhow::Result<()> {
    match row.function {
        "nothing" => voids::nothing(to, ()).await,
        "remember" => voids::remember(to, (), &parse::<(String,)>(row.params)?.0).await,
        "recall" => check(row, &voids::recall(to, ()).await?),
        _ => unknown(row),
    }
}

/// Runs what still has to be sent while the result is being read.
macro_rules! with_io {
    ($call:expr, |$result:pat_param| $read:expr) => {{
        let ($result, io) = $call.await?;
        let send = async {
            match io {
                Some(io) => io.await.context("sending"),
                None => Ok(()),
            }
        };
        let (read, sent) = futures::join!($read, send);
        sent?;
        read
    }};
}

async fn call_async(to: &Address, row: &Row<'_>) -> anyhow::Result<()> {
    use async_values::{
        echo_byte_stream, echo_future, echo_future_stream, echo_nested_futures, echo_number_stream, echo_record_stream,
        echo_two, measure, measure_all, measure_in_turn, numbers, stream_list, Sample,
    };
    match row.function {
        "echo-byte-stream" => {
            let v = bytes_of(row)?;
            let got = with_io!(echo_byte_stream(to, (), byte_stream(v.clone())), |out| join_bytes(out));
            check_bytes(row, &v, &got)
        }
        "echo-number-stream" => {
            let (v,) = parse::<(Vec<u64>,)>(row.params)?;
            check(row, &with_io!(echo_number_stream(to, (), stream_of(v)), |out| join(out)))
        }
        "echo-record-stream" => {
            let (v,) = parse::<(Vec<Sample>,)>(row.params)?;
            check(row, &with_io!(echo_record_stream(to, (), stream_of(v)), |out| join(out)))
        }
        "echo-two" => {
            let (numbers, bytes) = parse::<(Vec<u64>, Bytes)>(row.params)?;
            let call = echo_two(to, (), stream_of(numbers), byte_stream(bytes));
            check(row, &with_io!(call, |(numbers, bytes)| async { futures::join!(join(numbers), join_bytes(bytes)) }))
        }
        "echo-future" => {
            let (v,) = parse::<(String,)>(row.params)?;
            check(row, &with_io!(echo_future(to, (), later(v)), |out| out))
        }
        "echo-future-stream" => {
            let (v,) = parse::<(Bytes,)>(row.params)?;
            let call = echo_future_stream(to, (), later(byte_stream(v)));
            check(row, &with_io!(call, |out| async { join_bytes(out.await).await }))
        }
        "echo-nested-futures" => {
            let (v,) = parse::<(Vec<String>,)>(row.params)?;
            let call = echo_nested_futures(to, (), later(later(later(stream_of(v)))));
            check(row, &with_io!(call, |out| async { join(out.await.await.await).await }))
        }
        "numbers" => {
            let (count,) = parse::<(u32,)>(row.params)?;
            check(row, &with_io!(numbers(to, (), count), |out| join(out)))
        }
        "measure" => {
            let v = bytes_of(row)?;
            let length = v.len() as u64;
            let got = with_io!(measure(to, (), byte_stream(v)), |out| async { out });
            ensure!(got == length, "got {got}, not {length}");
            Ok(())
        }
        "measure-in-turn" => {
            let (first, second) = match row.fill {
                Some(length) => (Bytes::from_static(b"first"), filled(length)),
                None => parse::<(Bytes, Bytes)>(row.params)?,
            };
            let lengths = (first.len() as u64, second.len() as u64);
            let call = measure_in_turn(to, (), patient_stream(first), byte_stream(second));
            let got = with_io!(call, |out| async { out });
            ensure!(got == lengths, "got {got:?}, not {lengths:?}");
            Ok(())
        }
        "stream-list" => {
            let (count,) = parse::<(u8,)>(row.params)?;
            let read = |streams: Vec<StreamOf<Bytes>>| futures::future::join_all(streams.into_iter().map(join_bytes));
            check(row, &with_io!(stream_list(to, (), count), |out| read(out)))
        }
        "measure-all" => {
            let (v,) = parse::<(Vec<Bytes>,)>(row.params)?;
            let call = measure_all(to, (), stream_of(v.into_iter().map(byte_stream).collect()));
            check(row, &with_io!(call, |out| async { out }))
        }
        _ => unknown(row),
    }
}

fn bytes_of(row: &Row<'_>) -> anyhow::Result<Bytes> {
    match row.fill {
        Some(length) => Ok(filled(length)),
        None => Ok(parse::<(Bytes,)>(row.params)?.0),
    }
}

fn filled(length: usize) -> Bytes {
    (0..length).map(|index| (index % 251) as u8).collect()
}

fn check_bytes(row: &Row<'_>, sent: &Bytes, got: &Bytes) -> anyhow::Result<()> {
    if row.fill.is_none() {
        return check(row, got);
    }
    ensure!(got == sent, "got {} bytes that are not those that were sent", got.len());
    Ok(())
}

/// Chunks of three, so that streams have more than one.
fn stream_of<T: Send + 'static>(items: Vec<T>) -> StreamOf<Vec<T>> {
    Box::pin(stream::iter(items).chunks(3))
}

fn byte_stream(bytes: Bytes) -> StreamOf<Bytes> {
    const SIZE: usize = 16 * 1024;
    let count = bytes.len().div_ceil(SIZE);
    Box::pin(stream::iter((0..count).map(move |index| bytes.slice(index * SIZE..bytes.len().min((index + 1) * SIZE)))))
}

/// A stream that ends a while after its bytes, so that what is behind it has to wait.
fn patient_stream(bytes: Bytes) -> StreamOf<Bytes> {
    let end = stream::once(tokio::time::sleep(Duration::from_millis(200))).filter_map(|()| async { None });
    Box::pin(stream::iter([bytes]).chain(end))
}

fn later<T: Send + 'static>(value: T) -> FutureOf<T> {
    Box::pin(async {
        tokio::task::yield_now().await;
        value
    })
}

async fn join<T>(mut stream: StreamOf<Vec<T>>) -> Vec<T> {
    let mut all = Vec::new();
    while let Some(chunk) = stream.next().await {
        all.extend(chunk);
    }
    all
}

async fn join_bytes(mut stream: StreamOf<Bytes>) -> Bytes {
    let mut all = Vec::new();
    while let Some(chunk) = stream.next().await {
        all.extend_from_slice(&chunk);
    }
    all.into()
}
