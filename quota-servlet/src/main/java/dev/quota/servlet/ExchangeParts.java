package dev.quota.servlet;

import dev.quota.Quotas;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Openings;
import dev.quota.http.internal.json.StateJson;
import dev.quota.message.QuotaMessages;

/** What all exchanges of a filter work with. */
record ExchangeParts(
    Quotas quotas,
    QuotaHeaders headers,
    RefusalWriter refusals,
    StateJson json,
    QuotaMessages messages,
    Languages languages,
    Conversations conversations,
    Openings openings) {}
