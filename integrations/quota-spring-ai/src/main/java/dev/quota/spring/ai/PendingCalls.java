package dev.quota.spring.ai;

import dev.quota.Subject;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import dev.quota.models.ModelRequest;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Begins and ends calls without waiting. */
final class PendingCalls {

  private PendingCalls() {}

  /**
   * Begins a call. If the subscriber left before the reservation was made, the call is cancelled at
   * once.
   */
  static Mono<ModelCall> begin(ModelCalls calls, Subject subject, ModelRequest request) {
    return Mono.create(
        sink -> {
          AtomicBoolean cancelled = new AtomicBoolean();
          sink.onCancel(() -> cancelled.set(true));
          var unused =
              calls
                  .beginAsync(subject, request)
                  .whenComplete(
                      (call, failure) -> {
                        if (failure != null) {
                          sink.error(cause(failure));
                        } else if (!call.isAllowed()) {
                          sink.error(new RefusedRoundException(call.decision()));
                        } else if (cancelled.get()) {
                          var unusedEnd = call.cancel();
                        } else {
                          sink.success(call);
                        }
                      });
        });
  }

  static Mono<Void> over(CompletionStage<?> end) {
    return Mono.fromCompletionStage(end).then();
  }

  private static Throwable cause(Throwable failure) {
    @Nullable Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
