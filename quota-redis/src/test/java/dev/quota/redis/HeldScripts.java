package dev.quota.redis;

import dev.quota.store.QuotaClock;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.misc.CompletableFutureWrapper;

/**
 * Stands where Redis is, and keeps what is sent until a test answers it. It knows scripts already.
 * Safe for use by several threads.
 */
final class HeldScripts {

  private static final int DONE_BYTES = 17;
  private static final int CALLS_AT = 16;
  private static final int COST_AT = 24;

  private final List<Sent> sent = new CopyOnWriteArrayList<>();

  /** One call of a script that waits for its reply. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Sent(List<?> keys, byte[] argument, CompletableFuture<byte[]> reply) {

    private double number(int at) {
      return ByteBuffer.wrap(argument).order(ByteOrder.LITTLE_ENDIAN).getDouble(at);
    }

    /** Returns how many calls travel together. */
    int calls() {
      return (int) number(CALLS_AT);
    }

    /** Returns what each of them costs, of the first quota. */
    long cost() {
      return (long) number(COST_AT);
    }

    /** Returns the time at which it must not be carried out any more. */
    long tillMillis() {
      return (long) number(Double.BYTES);
    }

    /** Says that all of them were carried out, of whatever limits. */
    void grant() {
      ByteBuffer bytes = ByteBuffer.allocate(DONE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      reply.complete(bytes.put(TakeReply.DONE).putDouble(1_000).putDouble(calls()).array());
    }

    /** Says that it was too early or too late. */
    void refuseByClock(long nowMillis) {
      ByteBuffer bytes = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
      reply.complete(bytes.put(TakeReply.CLOCK).putDouble((double) nowMillis).array());
    }
  }

  /** Returns a wire that ends here. */
  @SuppressWarnings("FutureReturnValueIgnored") // the proxy hands it on to its caller
  Wire wire(Optional<QuotaClock> handedTime) {
    RScript scripts =
        fake(
            RScript.class,
            (method, arguments) -> {
              Sent now =
                  new Sent(
                      (List<?>) arguments[4],
                      (byte[]) ((Object[]) arguments[5])[0],
                      new CompletableFuture<>());
              sent.add(now);
              return new CompletableFutureWrapper<>(now.reply());
            });
    return new Wire(
        fake(RedissonClient.class, (method, arguments) -> scripts),
        Duration.ofSeconds(5),
        handedTime);
  }

  private interface Answer {
    Object to(String method, Object[] arguments);
  }

  private static <T> T fake(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (!method.getName().equals("evalShaAsync")
                  && !method.getName().equals("getScript")) {
                throw new UnsupportedOperationException(method.toString());
              }
              return answer.to(method.getName(), arguments);
            }));
  }

  Sent get(int index) {
    return sent.get(index);
  }

  int count() {
    return sent.size();
  }
}
