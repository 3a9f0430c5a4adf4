package dev.quota.servlet;

import dev.quota.httptests.RefusalsContract;

/** What the filter answers is what is recorded. */
class GoldenRefusalsTest extends GoldenServlets implements RefusalsContract {}
