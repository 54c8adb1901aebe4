//! The sliding window as one atomic step in Redis.

use super::quota::{Quota, Verdict, seconds_until};
use redis::RedisResult;
use redis::aio::MultiplexedConnection;

/// The same decisions as `Window` takes, on a hash a bucket: a field a second, the last second and the sum. It
/// writes only when a request is counted.
const SLIDING_WINDOW: &str = r"
local bucket, effective, cost = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = tonumber(ARGV[3] or redis.call('TIME')[1])
local head = redis.call('HMGET', bucket, 'newest', 'total')
local newest, total = tonumber(head[1] or clock), tonumber(head[2] or 0)

-- Time does not run back in a bucket, unless the clock was set back by more than the window.
local past = math.abs(clock - newest) > 60
local now = past and clock or math.max(clock, newest)

local leaving = {}
if past then
  total = 0
else
  for second = newest - 60, now - 61 do leaving[#leaving + 1] = second end
  if #leaving > 0 then
    for _, count in ipairs(redis.call('HMGET', bucket, unpack(leaving))) do
      total = total - tonumber(count or 0)
    end
  end
end

local free = math.max(0, effective - total)
local allowed = cost <= free
if allowed and cost > 0 then
  if past then
    redis.call('DEL', bucket)
  elseif #leaving > 0 then
    redis.call('HDEL', bucket, unpack(leaving))
  end
  total, free = total + cost, free - cost
  redis.call('HINCRBY', bucket, now, cost)
  redis.call('HSET', bucket, 'newest', now, 'total', total)
  redis.call('EXPIRE', bucket, 61)
end

local wanted = allowed and 1 or cost
if free >= wanted then return {allowed and 1 or 0, free, now + 60, clock} end

local counts, cells = {}, redis.call('HGETALL', bucket)
for i = 1, #cells, 2 do counts[cells[i]] = tonumber(cells[i + 1]) end
local excess = total + wanted - effective
for second = now - 60, now do
  excess = excess - (counts[string.format('%d', second)] or 0)
  if excess <= 0 then return {allowed and 1 or 0, free, second + 61, clock} end
end
return {allowed and 1 or 0, free, now + 61, clock}
";

/// One request to be counted.
pub(super) struct Call {
    /// The key of the bucket in Redis.
    pub(super) key: String,
    /// What it is held against.
    pub(super) quota: Quota,
    /// How often it counts.
    pub(super) cost: u32,
    /// Unix seconds in place of Redis's own.
    pub(super) now: Option<i64>,
}

/// The script, ready to be called by its hash.
pub(super) struct SlidingWindow(redis::Script);

impl SlidingWindow {
    /// The script of this version.
    pub(super) fn new() -> Self {
        Self(redis::Script::new(SLIDING_WINDOW))
    }

    /// Runs it, sending its text first if Redis does not have it yet.
    pub(super) async fn hit(&self, connection: &mut MultiplexedConnection, call: &Call) -> RedisResult<Verdict> {
        let mut invocation = self.0.key(&call.key);
        invocation.arg(call.quota.effective).arg(call.cost);
        if let Some(now) = call.now {
            invocation.arg(now);
        }
        let (allowed, remaining, reset_at, now) = invocation.invoke_async(connection).await?;
        let retry_after = seconds_until(reset_at, now);
        Ok(Verdict { allowed, quota: call.quota, remaining, reset_at, retry_after })
    }
}
