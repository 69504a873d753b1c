package dev.capsa.tck;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The zip file systems of the JDK, and where they do not do what the default file system does. */
final class ZipSubject implements Subject {
  @Override
  public String name() {
    return "JDK zipfs";
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(
        Capability.WRITING,
        Capability.POSIX,
        Capability.FILE_CHANNELS,
        Capability.LOCKS,
        Capability.CLOSING,
        Capability.INSTANCES,
        Capability.ADDRESSES);
  }

  @Override
  public Place open() throws IOException {
    return new InZip();
  }

  @Override
  public Map<String, String> unsteady() {
    return new Deviations()
        .because(
            "writes of others are lost",
            "ChannelContract.appenders_do_not_overwrite_each_other",
            "OpenContract.CREATE_among_threads_makes_one_file")
        .because(
            "FileAlreadyExistsException is thrown",
            "ReplacementContract.a_replaced_file_is_never_missing",
            "ReplacementContract.readers_see_the_old_file_or_the_new_one")
        .because(
            "a thread fails", "DeleteContract.a_directory_is_not_deleted_while_it_gets_an_entry")
        .because("two threads make it", "OpenContract.CREATE_NEW_is_atomic_among_threads")
        .because("two threads delete it", "DeleteContract.threads_delete_a_file_once")
        .because("it hangs", "LifecycleContract.closing_stops_those_at_work")
        .asMap();
  }

  @Override
  public Map<String, String> knownDeviations() {
    Deviations deviations =
        new Deviations()
            .because(
                "a copy has the permissions of any new file",
                "PosixContract.a_copy_may_be_used_as_its_source")
            .because(
                "permissions to execute are answered otherwise",
                "ConvenienceContract.a_file_may_be_executed_as_its_permissions_say")
            .because(
                "appending to or opening an existing file is a ClassCastException",
                "ConvenienceContract.lines_are_written",
                "ConvenienceContract.text_is_written_by_a_writer")
            .because(
                "\"\" instead of \"content\"",
                "OpenContract.a_byte_channel_opens(READ+WRITE+CREATE, file, content)",
                "OpenContract.a_byte_channel_opens(READ+WRITE, file, content)",
                "OpenContract.a_byte_channel_opens(WRITE+CREATE, file, content)",
                "OpenContract.a_byte_channel_opens(WRITE+DSYNC, file, content)",
                "OpenContract.a_byte_channel_opens(WRITE+SPARSE, file, content)",
                "OpenContract.a_byte_channel_opens(WRITE+SYNC, file, content)",
                "OpenContract.a_byte_channel_opens(WRITE, file, content)")
            .because(
                "\"../../../c\" instead of \"../c\"",
                "PathContract.relativize_leads_from_the_one_to_the_other(/a/x/../b, /a/c, ../c)")
            .because(
                "\"../../b/c\" instead of \"c\"",
                "PathContract.relativize_leads_from_the_one_to_the_other(/a/./b, /a/b/c, c)")
            .because(
                "\"CO\" instead of \"COntent\"",
                "OpenContract.WRITE_alone_keeps_the_content_and_starts_at_its_start")
            .because(
                "\"abc\" instead of \"Xbc\"",
                "ChannelContract.newFileChannel_and_newByteChannel_see_the_same_file")
            .because(
                "\"abc\" instead of \"xbc\"", "ChannelContract.force_works_on_readers_and_writers")
            .because(
                "\"old\" instead of \"older\"",
                "ChannelContract.a_moved_file_stays_usable_while_it_is_open")
            .because(
                "\"older\" instead of \"another\"",
                "ChannelContract.a_deleted_file_stays_usable_while_it_is_open")
            .because(
                "\"older\" instead of \"new\"",
                "ChannelContract.a_replaced_file_stays_usable_while_it_is_open")
            .because("0L instead of 3L", "OpenContract.CREATE_makes_a_file_or_opens_it")
            .because("11L instead of 0L", "OpenContract.an_output_stream_empties_the_file_first")
            .because("1L instead of 1048577L", "OpenContract.SPARSE_SYNC_and_DSYNC_are_known")
            .because("3L instead of 4L", "ChannelContract.a_write_is_seen_at_once_by_everybody")
            .because(
                "5L instead of 7L",
                "ChannelContract.appending_goes_to_the_end_whatever_the_position")
            .because(
                "AccessDeniedException is thrown",
                "AttributeContract.existence_is_an_access_check_without_modes")
            .because(
                "ArrayIndexOutOfBoundsException is thrown",
                "PathContract.relativize_undoes_resolve_of(, ...)",
                "PathContract.relativize_undoes_resolve_of(, a b)",
                "PathContract.relativize_undoes_resolve_of(, a)",
                "PathContract.relativize_undoes_resolve_of(, a/b/c)",
                "PathContract.relativize_undoes_resolve_of(, b/c)",
                "PathContract.relativize_undoes_resolve_of(, x)",
                "PathContract.relativize_undoes_resolve_of(, x/y)",
                "PathContract.startsWith_compares_whole_names(a, , false)")
            .because(
                "ClassCastException is thrown",
                "OpenContract.an_output_stream_keeps_to_its_options")
            .because(
                "ClosedDirectoryStreamException instead of IllegalStateException",
                "DirectoryContract.a_closed_stream_gives_no_iterator")
            .because(
                "DirectoryIteratorException is thrown",
                "DirectoryContract.a_directory_deleted_while_listed_ends_the_listing",
                "DirectoryContract.an_exception_of_the_filter_comes_out_of_the_iterator")
            .because(
                "FileAlreadyExistsException instead of DirectoryNotEmptyException",
                "CopyContract.every_kind_is_copied_to_every_kind(empty, full, true)",
                "CopyContract.every_kind_is_copied_to_every_kind(full, full, true)",
                "MoveContract.every_kind_is_moved_to_every_kind(empty, full, true)",
                "MoveContract.every_kind_is_moved_to_every_kind(full, full, true)")
            .because(
                "FileAlreadyExistsException is thrown",
                "CopyContract.a_target_is_replaced_when_asked",
                "CopyContract.every_kind_is_copied_to_every_kind(empty, empty, true)",
                "CopyContract.every_kind_is_copied_to_every_kind(empty, file, true)",
                "CopyContract.every_kind_is_copied_to_every_kind(full, empty, true)",
                "CopyContract.every_kind_is_copied_to_every_kind(full, file, true)",
                "MoveContract.ATOMIC_MOVE_replaces_a_file_without_being_asked",
                "MoveContract.a_target_is_replaced_when_asked",
                "MoveContract.every_kind_is_moved_to_every_kind(empty, empty, true)",
                "MoveContract.every_kind_is_moved_to_every_kind(empty, file, true)",
                "MoveContract.every_kind_is_moved_to_every_kind(full, empty, true)",
                "MoveContract.every_kind_is_moved_to_every_kind(full, file, true)")
            .because(
                "IllegalArgumentException instead of UnsupportedOperationException",
                "OpenContract.unknown_options_are_not_supported")
            .because(
                "IllegalArgumentException is thrown",
                "OpenContract.NOFOLLOW_LINKS_opens_what_is_no_link")
            .because(
                "NoSuchElementException is thrown",
                "DirectoryContract.an_entry_that_hasNext_promised_is_given")
            .because(
                "NoSuchFileException instead of IllegalArgumentException",
                "OpenContract.a_byte_channel_opens(APPEND+READ, missing, IllegalArgument)",
                "OpenContract.a_file_channel_opens(APPEND+READ, missing, IllegalArgument)")
            .because(
                "NoSuchFileException is thrown",
                "ChannelContract.force_works_on_a_directory",
                "ChannelContract.what_is_written_synchronously_is_there(DSYNC, 1)",
                "ChannelContract.what_is_written_synchronously_is_there(DSYNC, 100000)",
                "ChannelContract.what_is_written_synchronously_is_there(SYNC, 1)",
                "ChannelContract.what_is_written_synchronously_is_there(SYNC, 100000)")
            .because(
                "NotDirectoryException instead of NoSuchFileException",
                "DirectoryContract.what_is_no_directory_is_told")
            .because(
                "NullPointerException instead of ClosedFileSystemException",
                "LifecycleContract.a_closed_file_system_refuses_every(DELETE)",
                "LifecycleContract.a_closed_file_system_refuses_every(DELETE_IF_EXISTS)",
                "LifecycleContract.a_closed_file_system_refuses_every(LIST)",
                "LifecycleContract.files_of_a_closed_file_system_are_out_of_reach")
            .because(
                "NullPointerException instead of DirectoryNotEmptyException",
                "MoveContract.the_parent_is_not_replaced_by_what_lies_in_it")
            .because("NullPointerException is thrown", "OpenContract.names_are_kept_as_they_are")
            .because(
                "ProviderMismatchException instead of ClassCastException",
                "PathContract.a_path_never_equals_a_path_of_another_provider")
            .because(
                "UnsupportedOperationException instead of IllegalArgumentException",
                "ChannelContract.negative_positions_are_refused")
            .because(
                "UnsupportedOperationException instead of NonReadableChannelException",
                "ChannelContract.a_channel_does_what_it_was_opened_for")
            .because(
                "UnsupportedOperationException instead of NonWritableChannelException",
                "ChannelContract.mapping_to_write_needs_a_writable_channel")
            .because(
                "UnsupportedOperationException instead of NullPointerException",
                "ChannelContract.null_is_refused")
            .because(
                "UnsupportedOperationException is thrown",
                "LifecycleContract.channels_and_streams_close_with_the_file_system",
                "PosixContract.the_set_that_was_read_may_be_changed",
                "PosixContract.users_are_looked_up_by_name")
            .because(
                "a time is lost or rounded",
                "AttributeContract.a_time_is_kept_to_the_nanosecond(2001-02-03T04:05:06.789123456Z)",
                "AttributeContract.a_time_is_kept_to_the_nanosecond(2200-12-31T23:59:59.999999999Z)",
                "AttributeContract.times_have_nanoseconds",
                "CopyContract.COPY_ATTRIBUTES_takes_the_time_along",
                "InstancesContract.a_file_is_moved_from_one_to_the_other",
                "MoveContract.a_file_moves_with_its_content_and_time")
            .because(
                "false instead of true",
                "MatcherContract.brackets([*?\\], \\, true)",
                "MatcherContract.what_is_ordinary_and_what_is_escaped(\\\\, \\, true)",
                "MoveContract.an_atomic_move_is_done_whole_or_not_at_all(empty, empty, done)",
                "MoveContract.an_atomic_move_is_done_whole_or_not_at_all(file, file, done)",
                "MoveContract.an_atomic_move_is_done_whole_or_not_at_all(full, empty, done)")
            .because("null instead of \"\"", "PathContract.a_path_has_parts(, null, 1, null, )")
            .because(
                "the exception names another path, or none",
                "OpenContract.a_file_channel_opens(APPEND, directory, Refused)",
                "OpenContract.a_file_channel_opens(READ+WRITE, directory, Refused)",
                "OpenContract.a_file_channel_opens(WRITE+CREATE, directory, Refused)",
                "OpenContract.a_file_channel_opens(WRITE+TRUNCATE_EXISTING, directory, Refused)",
                "OpenContract.a_file_channel_opens(WRITE, directory, Refused)",
                "OpenContract.the_parent_is_not_made")
            .because(
                "the outcome is another one",
                "OpenContract.DELETE_ON_CLOSE_leaves_another_file_that_got_the_name",
                "AttributeContract.a_directory_changes_with_its_entries",
                "AttributeContract.a_file_store_supports_a_view_by_class_and_by_name(interface java.nio.file.attribute.FileOwnerAttributeView)",
                "AttributeContract.a_file_store_tells_its_space",
                "AttributeContract.a_name_with_a_dot_in_front_is_hidden",
                "AttributeContract.all_basic_attributes_are_read_by_a_star",
                "AttributeContract.writing_changes_the_time_and_reading_does_not",
                "ChannelContract.an_interrupt_closes_the_channel_and_nothing_else",
                "ChannelContract.an_interrupted_write_closes_its_channel_alone",
                "InstancesContract.an_empty_directory_is_moved_and_one_with_entries_is_not",
                "InstancesContract.their_paths_are_never_equal",
                "LifecycleContract.a_file_to_delete_at_closing_goes_with_the_file_system",
                "LifecycleContract.directory_streams_close_with_the_file_system",
                "LockContract.a_lock_knows_what_it_locks",
                "MoveContract.a_directory_moves_with_all_that_is_below",
                "MoveContract.an_atomic_move_is_done_whole_or_not_at_all(empty, missing, done)",
                "MoveContract.an_atomic_move_is_done_whole_or_not_at_all(full, missing, done)",
                "MoveContract.every_kind_is_moved_to_every_kind(empty, missing, false)",
                "MoveContract.every_kind_is_moved_to_every_kind(empty, missing, true)",
                "MoveContract.every_kind_is_moved_to_every_kind(full, missing, false)",
                "MoveContract.every_kind_is_moved_to_every_kind(full, missing, true)",
                "OpenContract.DELETE_ON_CLOSE_deletes_at_closing",
                "OpenContract.DELETE_ON_CLOSE_finds_the_file_deleted_already",
                "PathContract.the_empty_path_has_one_empty_name")
            .because(
                "what must be refused is done, or null is returned",
                "PosixContract.a_view_has_no_attributes_of_others(basic:permissions)",
                "PosixContract.a_view_has_no_attributes_of_others(basic:owner)",
                "PosixContract.a_view_has_no_attributes_of_others(owner:group)",
                "PosixContract.a_view_has_no_attributes_of_others(owner:permissions)",
                "PosixContract.a_view_has_no_attributes_of_others(posix:mode)",
                "PosixContract.the_view_owner_has_no_times(lastModifiedTime)",
                "PosixContract.the_view_owner_has_no_times(lastAccessTime)",
                "PosixContract.the_view_owner_has_no_times(creationTime)",
                "LockContract.closing_a_channel_leaves_the_locks_of_others",
                "AttributeContract.an_unknown_attribute_is_an_illegal_argument()",
                "AttributeContract.an_unknown_attribute_is_an_illegal_argument(SIZE)",
                "AttributeContract.an_unknown_attribute_is_an_illegal_argument(Size)",
                "AttributeContract.an_unknown_attribute_is_an_illegal_argument(basic:)",
                "AttributeContract.an_unknown_attribute_is_an_illegal_argument(basic:permissions)",
                "AttributeContract.an_unknown_attribute_is_an_illegal_argument(basic:unknown)",
                "AttributeContract.an_unknown_attribute_is_an_illegal_argument(size,unknown)",
                "AttributeContract.an_unknown_attribute_is_an_illegal_argument(unknown)",
                "AttributeContract.null_is_refused",
                "AttributeContract.unknown_views_and_attributes_are_told_apart",
                "AttributeContract.what_is_so_cannot_be_set(basic:size)",
                "AttributeContract.what_is_so_cannot_be_set(fileKey)",
                "AttributeContract.what_is_so_cannot_be_set(isDirectory)",
                "AttributeContract.what_is_so_cannot_be_set(isOther)",
                "AttributeContract.what_is_so_cannot_be_set(isRegularFile)",
                "AttributeContract.what_is_so_cannot_be_set(isSymbolicLink)",
                "AttributeContract.what_is_so_cannot_be_set(size)",
                "CopyContract.a_directory_with_entries_is_not_replaced",
                "CopyContract.a_file_is_no_parent",
                "CopyContract.a_missing_source_or_parent_is_told",
                "CopyContract.every_kind_is_copied_to_every_kind(file, full, true)",
                "CopyContract.null_is_refused",
                "CopyContract.options_that_copies_do_not_have_are_not_supported",
                "DirectoryContract.a_directory_is_made_where(d/e, file, Refused)",
                "DirectoryContract.an_unsupported_attribute_leaves_no_directory",
                "DirectoryContract.createDirectories_makes_what_is_missing",
                "DirectoryContract.null_is_refused",
                "DirectoryContract.the_parent_must_be_a_directory",
                "InstancesContract.an_atomic_move_is_not_possible",
                "LifecycleContract.a_closed_file_system_answers_no_questions",
                "LockContract.a_lock_stays_with_the_file_that_moves",
                "LockContract.locks_of_a_process_do_not_overlap",
                "LockContract.shared_locks_of_a_process_do_not_overlap_either",
                "MoveContract.a_directory_does_not_move_into_itself",
                "MoveContract.a_directory_with_entries_is_not_replaced",
                "MoveContract.a_file_is_no_parent",
                "MoveContract.a_missing_source_or_parent_is_told",
                "MoveContract.every_kind_is_moved_to_every_kind(file, full, true)",
                "MoveContract.null_is_refused",
                "MoveContract.options_that_moves_do_not_have_are_not_supported",
                "OpenContract.APPEND_goes_neither_with_READ_nor_with_TRUNCATE_EXISTING",
                "OpenContract.a_byte_channel_opens(APPEND+READ+CREATE, missing, IllegalArgument)",
                "OpenContract.a_byte_channel_opens(APPEND+READ, file, IllegalArgument)",
                "OpenContract.a_closed_input_stream_reads_no_more",
                "OpenContract.a_file_has_no_files_in_it",
                "OpenContract.a_name_of_255_bytes_is_possible_and_not_one_more",
                "OpenContract.an_unsupported_attribute_leaves_no_file",
                "OpenContract.dots_in_paths_are_resolved",
                "PathContract.relativize_does_not_know_what_a_leading_dot_dot_hides",
                "PathContract.relativize_needs_a_root_in_both_or_in_none(, /)",
                "PosixContract.owner_and_group_are_read_and_set",
                "PosixContract.permissions_are_set_by_name",
                "PosixContract.users_of_others_are_refused");
    return deviations.asMap();
  }

  @Override
  public Duration limit() {
    return Duration.ofSeconds(5);
  }

  private static final class InZip implements Place {
    private final Path outside = Files.createTempDirectory("zip");
    private final List<FileSystem> opened = new ArrayList<>();
    private final Path directory = directoryOfAnotherInstance();
    private int addresses;

    InZip() throws IOException {}

    @Override
    public Path directory() {
      return directory;
    }

    @Override
    public Path directoryOfAnotherInstance() throws IOException {
      FileSystem fs = FileSystems.newFileSystem(address(), environment());
      opened.add(fs);
      return Files.createDirectory(fs.getPath("/place"));
    }

    @Override
    public URI address() {
      return URI.create("jar:" + outside.resolve(addresses++ + ".zip").toUri());
    }

    @Override
    public Map<String, ?> environment() {
      return Map.of("create", "true", "enablePosixFileAttributes", "true");
    }

    @Override
    public void close() throws IOException {
      opened.forEach(InZip::close);
      try (var files = Files.newDirectoryStream(outside)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(outside);
    }

    /** Some faults leave a lock behind, on which closing waits without end: it is given up. */
    private static void close(FileSystem fs) {
      FutureTask<Void> closing =
          new FutureTask<>(
              () -> {
                fs.close();
                return null;
              });
      Thread thread = new Thread(closing, "closing a zip file");
      thread.setDaemon(true);
      thread.start();
      try {
        closing.get(1, TimeUnit.SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        closing.cancel(false);
      }
    }
  }
}
