package dev.quota.http;

import dev.quota.AsyncReservation;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Openings;
import dev.quota.http.internal.header.QuotaHeaders;
import dev.quota.http.internal.json.StateJson;
import dev.quota.http.internal.negotiation.Languages;
import dev.quota.http.internal.refusal.Refusals;
import dev.quota.message.QuotaMessages;

/** The parts that all exchanges share. Thread-safe. */
record ExchangeParts(
    Quotas quotas,
    Calls<Reservation> blocking,
    Calls<AsyncReservation> async,
    QuotaHeaders headers,
    Refusals refusals,
    StateJson json,
    QuotaMessages messages,
    Languages languages,
    Conversations conversations,
    Openings openings,
    boolean refundFailed,
    RefundStatuses refundOn) {}
