package dev.quota.servlet;

import dev.quota.httptests.ConversationsContract;

/** What the filter answers is what is recorded. */
class GoldenConversationsTest extends GoldenServlets implements ConversationsContract {}
