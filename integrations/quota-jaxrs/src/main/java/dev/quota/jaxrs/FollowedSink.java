package dev.quota.jaxrs;

import dev.quota.http.request.RequestEnd;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.CompletionStage;

/** A sink of events that ends the call when it is closed. */
final class FollowedSink implements SseEventSink {

  private final SseEventSink sink;
  private final ChargedCall call;
  private volatile boolean broken;

  FollowedSink(SseEventSink sink, ChargedCall call) {
    this.sink = sink;
    this.call = call;
    call.follow();
  }

  @Override
  public boolean isClosed() {
    return sink.isClosed();
  }

  @Override
  public CompletionStage<?> send(OutboundSseEvent event) {
    CompletionStage<?> sent = sink.send(event);
    sent.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            broken = true;
            if (sink.isClosed()) {
              end();
            }
          }
        });
    return sent;
  }

  @Override
  public void close() {
    try {
      sink.close();
    } finally {
      end();
    }
  }

  private void end() {
    call.end(broken ? RequestEnd.CUT_SHORT : RequestEnd.DELIVERED);
  }
}
