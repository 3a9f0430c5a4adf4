package dev.quota.spring.webflux;

import dev.quota.AsyncReservation;
import dev.quota.Settlement;
import dev.quota.http.Notice;
import dev.quota.http.ReservationNotices;
import dev.quota.spring.method.ReactorCalls;
import java.util.concurrent.CompletionStage;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Mono;

/**
 * Makes server-sent events about a reservation, for the stream of a handler. The handler writes
 * them. Thread-safe.
 */
public final class Notices {

  private final ReservationNotices notices;

  Notices(ReservationNotices notices) {
    this.notices = notices;
  }

  /**
   * Returns the event that the work goes on beyond the limit, within its grace.
   *
   * @param reservation the reservation of the work
   * @return the event {@code grace}
   */
  public Mono<ServerSentEvent<String>> grace(AsyncReservation reservation) {
    return event(notices.graceAsync(reservation));
  }

  /**
   * Returns the event that the work was stopped at the limit. What was delivered stays charged.
   *
   * @param reservation the reservation of the work
   * @return the event {@code cut}
   */
  public Mono<ServerSentEvent<String>> cut(AsyncReservation reservation) {
    return event(notices.cutAsync(reservation));
  }

  /**
   * Returns the event with the final cost of the work and the present state.
   *
   * @param settlement the settlement of the reservation
   * @return the event {@code settled}
   */
  public ServerSentEvent<String> settled(Settlement settlement) {
    return event(notices.settled(settlement));
  }

  /**
   * Returns the event that the work was stopped at the limit, in the format of OpenAI's streams.
   *
   * @param reservation the reservation of the work
   * @return an event without a name
   */
  public Mono<ServerSentEvent<String>> openAiError(AsyncReservation reservation) {
    return event(notices.openAiErrorAsync(reservation));
  }

  /**
   * Returns the event that the work was stopped at the limit, in the format of Anthropic's streams.
   *
   * @param reservation the reservation of the work
   * @return the event {@code error}
   */
  public Mono<ServerSentEvent<String>> anthropicError(AsyncReservation reservation) {
    return event(notices.anthropicErrorAsync(reservation));
  }

  private static Mono<ServerSentEvent<String>> event(CompletionStage<Notice> notice) {
    return ReactorCalls.resumed(notice.toCompletableFuture()).map(Notices::event);
  }

  private static ServerSentEvent<String> event(Notice notice) {
    ServerSentEvent.Builder<String> event = ServerSentEvent.builder(notice.data());
    return notice.event().isEmpty() ? event.build() : event.event(notice.event()).build();
  }
}
