//! The server: what `interop/wit` says of each function.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use bytes::Bytes;
use futures::stream::{self, select_all, StreamExt as _};
use futures::Stream;
use tokio::io::AsyncReadExt as _;
use tokio::task::JoinSet;
use wrpc_transport::{ResourceBorrow, ResourceOwn};

use crate::address::Address;
use crate::bindings::server::exports::witwire_test::interop::{
    async_values, bits, compounds, lists, resources, scalars, voids,
};
use crate::bindings::wide_server::exports::witwire_test::interop::wide_bits;
use crate::bindings::{greeter, hello, server, wide_server};
use crate::door::Door;

type StreamOf<T> = Pin<Box<dyn Stream<Item = T> + Send>>;
type FutureOf<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Serves all worlds until stdin closes.
pub async fn serve(address: &Address) -> anyhow::Result<()> {
    let door = Door::open(address).await.context("cannot listen")?;
    let peer = Peer::default();
    let mut invocations = server::serve(&door, peer.clone()).await?;
    invocations.extend(wide_server::serve(&door, peer.clone()).await?);
    invocations.extend(greeter::server::serve(&door, peer.clone()).await?);
    invocations.extend(hello::server::serve(&door, peer).await?);
    let mut invocations =
        select_all(invocations.into_iter().map(|(_, name, calls)| calls.map(move |call| (name, call))));
    println!("listening on {}", door.describe()?);
    door.take_calls();
    let mut stdin = tokio::io::stdin();
    let mut ignored = [0; 64];
    let mut calls = JoinSet::new();
    loop {
        tokio::select! {
            Some((name, call)) = invocations.next() => match call {
                Ok(call) => {
                    calls.spawn(async move {
                        if let Err(error) = call.await {
                            eprintln!("{name} failed: {error:#}");
                        }
                    });
                }
                Err(error) => eprintln!("{name} was not begun: {error:#}"),
            },
            Some(_) = calls.join_next() => {}
            read = stdin.read(&mut ignored) => {
                if read? == 0 {
                    return Ok(());
                }
            }
        }
    }
}

#[derive(Clone, Default)]
struct Peer(Arc<State>);

#[derive(Default)]
struct State {
    remembered: Mutex<String>,
    counters: Mutex<Counters>,
    answered: AtomicBool,
}

/// Counters by the number that is their handle.
#[derive(Default)]
struct Counters {
    last: u64,
    values: HashMap<u64, u32>,
}

impl Counters {
    fn add(&mut self, value: u32) -> ResourceOwn<resources::Counter> {
        self.last += 1;
        self.values.insert(self.last, value);
        ResourceOwn::from(self.last.to_be_bytes().to_vec())
    }

    fn get(&mut self, handle: &[u8]) -> anyhow::Result<&mut u32> {
        let number = number_of(handle)?;
        self.values.get_mut(&number).with_context(|| format!("there is no counter {number}"))
    }

    fn take(&mut self, handle: &ResourceOwn<resources::Counter>) -> anyhow::Result<u32> {
        let number = number_of(handle.as_ref())?;
        self.values.remove(&number).with_context(|| format!("there is no counter {number}"))
    }
}

fn number_of(handle: &[u8]) -> anyhow::Result<u64> {
    Ok(u64::from_be_bytes(handle.try_into().context("a handle has 8 bytes")?))
}

/// Functions that return what they are given.
macro_rules! echoes {
    ($($name:ident: $type:ty),* $(,)?) => {
        $(async fn $name(&self, _: (), v: $type) -> anyhow::Result<$type> {
            Ok(v)
        })*
    };
}

impl server::Handler<()> for Peer {
    echoes! { root_echo: String }
}

impl scalars::Handler<()> for Peer {
    echoes! {
        echo_bool: bool,
        echo_u8: u8,
        echo_s8: i8,
        echo_u16: u16,
        echo_s16: i16,
        echo_u32: u32,
        echo_s32: i32,
        echo_u64: u64,
        echo_s64: i64,
        echo_f32: f32,
        echo_f64: f64,
        echo_char: char,
        echo_string: String,
    }
}

impl lists::Handler<()> for Peer {
    echoes! {
        echo_bytes: Bytes,
        echo_u32s: Vec<u32>,
        echo_s64s: Vec<i64>,
        echo_f64s: Vec<f64>,
        echo_strings: Vec<String>,
        echo_nested: Vec<Vec<String>>,
    }
}

impl compounds::Handler<()> for Peer {
    echoes! {
        echo_record: compounds::Person,
        echo_records: Vec<compounds::Person>,
        echo_variant: compounds::Shape,
        echo_enum: compounds::Color,
        echo_tuple: (u8, String, compounds::Point),
        echo_option: Option<String>,
        echo_option_option: Option<Option<u32>>,
    }

    async fn try_u32(&self, _: (), v: u32, err: String) -> anyhow::Result<Result<u32, String>> {
        Ok(if err.is_empty() { Ok(v) } else { Err(err) })
    }

    async fn try_nothing(&self, _: (), err: Option<compounds::Color>) -> anyhow::Result<Result<(), compounds::Color>> {
        Ok(err.map_or(Ok(()), Err))
    }

    async fn try_only_ok(&self, _: (), v: u32, fail: bool) -> anyhow::Result<Result<u32, ()>> {
        Ok(if fail { Err(()) } else { Ok(v) })
    }

    #[rustfmt::skip]
    async fn many_params(
        &self, _: (),
        a1: u64, a2: u64, a3: u64, a4: u64, a5: u64, a6: u64, a7: u64, a8: u64,
        a9: u64, a10: u64, a11: u64, a12: u64, a13: u64, a14: u64, a15: u64, a16: u64,
    ) -> anyhow::Result<Vec<u64>> {
        Ok(vec![a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16])
    }
}

impl bits::Handler<()> for Peer {
    echoes! {
        echo_f7: bits::F7,
        echo_f8: bits::F8,
        echo_f9: bits::F9,
        echo_f16: bits::F16,
        echo_f17: bits::F17,
        echo_f32s: bits::F32s,
    }

    async fn echo_f17_and_next(&self, _: (), v: bits::F17, next: u8) -> anyhow::Result<(bits::F17, u8)> {
        Ok((v, next))
    }
}

impl wide_bits::Handler<()> for Peer {
    echoes! {
        echo_f33: wide_bits::F33,
        echo_f64s: wide_bits::F64s,
    }

    async fn echo_f33_and_next(&self, _: (), v: wide_bits::F33, next: u8) -> anyhow::Result<(wide_bits::F33, u8)> {
        Ok((v, next))
    }
}

impl voids::Handler<()> for Peer {
    async fn nothing(&self, _: ()) -> anyhow::Result<()> {
        Ok(())
    }

    async fn remember(&self, _: (), v: String) -> anyhow::Result<()> {
        *self.0.remembered.lock().unwrap() = v;
        Ok(())
    }

    async fn recall(&self, _: ()) -> anyhow::Result<String> {
        Ok(self.0.remembered.lock().unwrap().clone())
    }
}

impl resources::HandlerCounter<()> for Peer {
    async fn new(&self, _: (), start: u32) -> anyhow::Result<ResourceOwn<resources::Counter>> {
        Ok(self.0.counters.lock().unwrap().add(start))
    }

    async fn increment(&self, _: (), this: ResourceBorrow<resources::Counter>, by: u32) -> anyhow::Result<u32> {
        let mut counters = self.0.counters.lock().unwrap();
        let value = counters.get(this.as_ref())?;
        *value += by;
        Ok(*value)
    }

    async fn value(&self, _: (), this: ResourceBorrow<resources::Counter>) -> anyhow::Result<u32> {
        Ok(*self.0.counters.lock().unwrap().get(this.as_ref())?)
    }

    async fn join(
        &self,
        _: (),
        left: ResourceOwn<resources::Counter>,
        right: ResourceOwn<resources::Counter>,
    ) -> anyhow::Result<ResourceOwn<resources::Counter>> {
        let mut counters = self.0.counters.lock().unwrap();
        let sum = counters.take(&left)? + counters.take(&right)?;
        Ok(counters.add(sum))
    }
}

impl resources::Handler<()> for Peer {
    async fn peek(&self, _: (), c: ResourceBorrow<resources::Counter>) -> anyhow::Result<u32> {
        Ok(*self.0.counters.lock().unwrap().get(c.as_ref())?)
    }

    async fn retire(&self, _: (), c: ResourceOwn<resources::Counter>) -> anyhow::Result<u32> {
        self.0.counters.lock().unwrap().take(&c)
    }
}

impl async_values::Handler<()> for Peer {
    echoes! {
        echo_byte_stream: StreamOf<Bytes>,
        echo_number_stream: StreamOf<Vec<u64>>,
        echo_record_stream: StreamOf<Vec<async_values::Sample>>,
        echo_future: FutureOf<String>,
        echo_future_stream: FutureOf<StreamOf<Bytes>>,
        echo_nested_futures: FutureOf<FutureOf<FutureOf<StreamOf<Vec<String>>>>>,
    }

    async fn echo_two(
        &self,
        _: (),
        numbers: StreamOf<Vec<u64>>,
        bytes: StreamOf<Bytes>,
    ) -> anyhow::Result<(StreamOf<Vec<u64>>, StreamOf<Bytes>)> {
        Ok((numbers, bytes))
    }

    async fn numbers(&self, _: (), count: u32) -> anyhow::Result<StreamOf<Vec<u32>>> {
        Ok(Box::pin(stream::iter(0..count).chunks(100)))
    }

    async fn measure(&self, _: (), v: StreamOf<Bytes>) -> anyhow::Result<u64> {
        Ok(length(v).await)
    }

    async fn measure_in_turn(
        &self,
        _: (),
        first: StreamOf<Bytes>,
        second: StreamOf<Bytes>,
    ) -> anyhow::Result<(u64, u64)> {
        let first = length(first).await;
        Ok((first, length(second).await))
    }

    async fn stream_list(&self, _: (), count: u8) -> anyhow::Result<Vec<StreamOf<Bytes>>> {
        let one = |number: u8| -> StreamOf<Bytes> { Box::pin(stream::iter([Bytes::from(vec![number])])) };
        Ok((0..count).map(one).collect())
    }

    async fn measure_all(&self, _: (), mut v: StreamOf<Vec<StreamOf<Bytes>>>) -> anyhow::Result<u64> {
        let mut sum = 0;
        while let Some(chunk) = v.next().await {
            for stream in chunk {
                sum += length(stream).await;
            }
        }
        Ok(sum)
    }
}

async fn length(mut stream: StreamOf<Bytes>) -> u64 {
    let mut sum = 0;
    while let Some(chunk) = stream.next().await {
        sum += chunk.len() as u64;
    }
    sum
}

impl greeter::server::exports::bench::calls::greeter::Handler<()> for Peer {
    async fn greet(&self, _: (), name: String) -> anyhow::Result<String> {
        Ok(format!("Hello, {name}"))
    }
}

impl hello::server::exports::wrpc_examples::hello::handler::Handler<()> for Peer {
    async fn hello(&self, _: ()) -> anyhow::Result<String> {
        // So that it shows which members of a group were called.
        if !self.0.answered.swap(true, Ordering::Relaxed) {
            println!("answers");
        }
        Ok("hello from Rust".into())
    }
}
