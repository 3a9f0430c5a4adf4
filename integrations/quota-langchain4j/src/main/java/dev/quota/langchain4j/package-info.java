/**
 * Quotas around the models of LangChain4j. What a call costs, and how it is settled, is decided in
 * {@link dev.quota.models}.
 */
@NullMarked
package dev.quota.langchain4j;

import org.jspecify.annotations.NullMarked;
