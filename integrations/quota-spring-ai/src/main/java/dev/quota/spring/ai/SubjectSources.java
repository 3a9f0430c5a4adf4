package dev.quota.spring.ai;

import dev.quota.Subject;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.ai.chat.client.ChatClientRequest;
import reactor.core.publisher.Mono;

/** Finds who is charged for a call. */
final class SubjectSources {

  private final Supplier<Optional<Subject>> blocking;
  private final Supplier<Mono<Subject>> reactive;

  SubjectSources(Supplier<Optional<Subject>> blocking, Supplier<Mono<Subject>> reactive) {
    this.blocking = blocking;
    this.reactive = reactive;
  }

  /**
   * Returns who is charged for a call.
   *
   * @throws IllegalStateException if nobody knows
   */
  Subject of(ChatClientRequest request) {
    return named(request).or(blocking).orElseThrow(SubjectSources::nobody);
  }

  /** Returns who is charged for a stream; fails if nobody knows. */
  Mono<Subject> ofStream(ChatClientRequest request) {
    return Mono.deferContextual(
        context ->
            Mono.justOrEmpty(
                    named(request)
                        .or(() -> context.<Subject>getOrEmpty(Subject.class))
                        .or(blocking))
                .switchIfEmpty(Mono.defer(reactive))
                .switchIfEmpty(Mono.error(SubjectSources::nobody)));
  }

  private static Optional<Subject> named(ChatClientRequest request) {
    return Optional.ofNullable(request.context().get(QuotaAdvisor.SUBJECT))
        .map(SubjectSources::require);
  }

  /**
   * Returns a parameter as a subject.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Subject require(Object subject) {
    if (subject instanceof Subject it) {
      return it;
    }
    throw new IllegalArgumentException(
        "the parameter "
            + QuotaAdvisor.SUBJECT
            + " must be a dev.quota.Subject, was a "
            + subject.getClass().getName());
  }

  private static IllegalStateException nobody() {
    return new IllegalStateException(
        "Nothing here says who is charged for the call of the model, so it was not made. Nobody is"
            + " signed in with Spring Security in this thread, and it serves no request: give the"
            + " call a Subject by the advisor parameter "
            + QuotaAdvisor.SUBJECT
            + ", or the builder of QuotaAdvisor a subject(…).");
  }
}
