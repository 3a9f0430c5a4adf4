package dev.quota.httptests;

/** Everything that is recorded. */
public interface HttpContract
    extends AnswersContract, RefusalsContract, ConversationsContract, StateContract {}
