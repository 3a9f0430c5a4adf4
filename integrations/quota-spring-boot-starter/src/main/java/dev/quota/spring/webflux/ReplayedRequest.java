package dev.quota.spring.webflux;

import dev.quota.http.RequestFingerprint;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A request whose body was read in part to compare it. The handler can still read the whole body.
 * At most {@link RequestFingerprint#LONGEST_COMPARED} bytes and one buffer are kept.
 */
final class ReplayedRequest extends ServerHttpRequestDecorator {

  private final Flux<DataBuffer> body;

  private ReplayedRequest(ServerHttpRequest request, Flux<DataBuffer> body) {
    super(request);
    this.body = body;
  }

  /**
   * Reads the beginning of the body, and continues with it.
   *
   * @param next gets the beginning, and the request with the whole body
   */
  static Mono<Void> of(
      ServerHttpRequest request, BiFunction<byte[], ServerHttpRequest, Publisher<Void>> next) {
    AtomicLong seen = new AtomicLong();
    return request
        .getBody()
        .map(ReplayedRequest::copied)
        .bufferUntil(
            it -> seen.addAndGet(it.readableByteCount()) >= RequestFingerprint.LONGEST_COMPARED)
        .<Void>switchOnFirst(
            (first, all) -> {
              if (first.isOnError()) {
                return all.then();
              }
              List<DataBuffer> start = first.get();
              Flux<DataBuffer> body = all.concatMapIterable(it -> it);
              return next.apply(
                  start(start == null ? List.of() : start), new ReplayedRequest(request, body));
            })
        .then();
  }

  /** Returns a copy that need not be released. */
  private static DataBuffer copied(DataBuffer pooled) {
    byte[] bytes = new byte[pooled.readableByteCount()];
    pooled.read(bytes);
    DataBufferUtils.release(pooled);
    return DefaultDataBufferFactory.sharedInstance.wrap(bytes);
  }

  private static byte[] start(List<DataBuffer> buffers) {
    long all = buffers.stream().mapToLong(DataBuffer::readableByteCount).sum();
    byte[] start = new byte[Math.toIntExact(Math.min(all, RequestFingerprint.LONGEST_COMPARED))];
    int length = 0;
    for (DataBuffer buffer : buffers) {
      int position = buffer.readPosition();
      int some = Math.min(buffer.readableByteCount(), start.length - length);
      buffer.read(start, length, some);
      buffer.readPosition(position);
      length += some;
    }
    return start;
  }

  @Override
  public Flux<DataBuffer> getBody() {
    return body;
  }
}
