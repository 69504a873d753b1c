package dev.capsa.repo;

/**
 * Figures of a repository since it was opened, as of one moment.
 *
 * @param commits commits made
 * @param forcedCommits commits that forced the medium
 * @param failedCommits commits that failed
 * @param dirtyBytes memory that uncommitted changes take
 * @param sequence of the newest commit
 */
public record RepositoryStatistics(
    long commits, long forcedCommits, long failedCommits, long dirtyBytes, long sequence) {}
