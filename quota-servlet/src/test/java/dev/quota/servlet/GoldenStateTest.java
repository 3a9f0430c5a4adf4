package dev.quota.servlet;

import dev.quota.httptests.StateContract;

/** What the filter answers is what is recorded. */
class GoldenStateTest extends GoldenServlets implements StateContract {}
