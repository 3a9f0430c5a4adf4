package dev.quota.servlet;

import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.http.ReservationNotices;

/**
 * Makes frames about a reservation, ready for an endpoint to write into its own stream of
 * server-sent events. Nothing is written by itself. Safe for use by several threads.
 *
 * <pre>{@code
 * event: quota
 * data: {"reason":"settled","cost":812,"message":{…},"state":{…}}
 * }</pre>
 *
 * <p>{@code message} has the words for a person, in their language, and {@code state} is the state
 * document, narrowed to the quota. The schema is {@code quota/schema/notice.schema.json}.
 */
public final class Notices {

  /** How the streams of the common providers tell an error, so that their clients understand it. */
  public enum ErrorShape {
    /** {@code data: {"error":{"message":…,"type":…,"param":null,"code":…}}}. */
    OPENAI,
    /**
     * {@code event: error} and {@code data:
     * {"type":"error","error":{"type":…,"message":…},"message":…}}.
     */
    ANTHROPIC
  }

  private final ReservationNotices events;

  Notices(ReservationNotices events) {
    this.events = events;
  }

  /**
   * Says that the work goes on beyond the limit, within its grace.
   *
   * @param reservation the reservation of the work
   * @return a frame, with the empty line that ends it
   */
  public String grace(Reservation reservation) {
    return events.grace(reservation).frame();
  }

  /**
   * Says that the work was stopped at the limit, and that what was delivered is kept.
   *
   * @param reservation the reservation of the work
   * @return a frame, with the empty line that ends it
   */
  public String cut(Reservation reservation) {
    return events.cut(reservation).frame();
  }

  /**
   * Says what the work cost in the end, and how things stand now.
   *
   * @param settlement what came of the reservation
   * @return a frame, with the empty line that ends it
   */
  public String settled(Settlement settlement) {
    return events.settled(settlement).frame();
  }

  /**
   * Says that the work was stopped at the limit as the stream of a provider would say it.
   *
   * @param reservation the reservation of the work
   * @param shape whose
   * @return a frame, with the empty line that ends it
   */
  public String error(Reservation reservation, ErrorShape shape) {
    return switch (shape) {
      case OPENAI -> events.openAiError(reservation).frame();
      case ANTHROPIC -> events.anthropicError(reservation).frame();
    };
  }
}
