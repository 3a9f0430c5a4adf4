package dev.quota.servlet;

import dev.quota.httptests.AnswersContract;

/** What the filter answers is what is recorded. */
class GoldenAnswersTest extends GoldenServlets implements AnswersContract {}
