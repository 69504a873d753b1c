package dev.capsa.tck;

import com.github.marschall.memoryfilesystem.MemoryFileSystemBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The provider memoryfilesystem, and where it does not do what the default file system does. */
final class MemoryFileSystemSubject implements Subject {
  @Override
  public String name() {
    return "memoryfilesystem";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut(
        Capability.UNIX,
        Capability.DOS,
        Capability.MAPS,
        Capability.WATCHING,
        Capability.SECURE_DIRECTORIES,
        Capability.READ_ONLY);
  }

  @Override
  public Place open() throws IOException {
    return new InMemory();
  }

  @Override
  public Map<String, String> unsteady() {
    return new Deviations()
        .because(
            "roots of the two are told apart by chance",
            "InstancesContract.a_link_is_copied_as_a_link",
            "InstancesContract.an_empty_directory_is_moved_and_one_with_entries_is_not",
            "InstancesContract.an_atomic_move_is_not_possible",
            "InstancesContract.closing_one_leaves_the_other",
            "InstancesContract.a_file_is_copied_from_one_to_the_other",
            "InstancesContract.a_file_is_moved_from_one_to_the_other")
        .because(
            "FileAlreadyExistsException is thrown",
            "ReplacementContract.a_replaced_file_is_never_missing",
            "ReplacementContract.readers_see_the_old_file_or_the_new_one")
        .because("a thread fails", "LockContract.one_thread_at_a_time_has_a_lock")
        .because("the outcome is another one", "LifecycleContract.closing_stops_those_at_work")
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
                "a failure midway is thrown, and what was transferred is not told",
                "ChannelContract.transfers_that_fail_midway_tell_what_was_transferred")
            .because(
                "a link may lead to the empty path",
                "LinkContract.a_link_to_the_empty_path_is_refused")
            .because(
                "a hard link to a symbolic link leads to its target",
                "LinkContract.a_hard_link_to_a_symbolic_link_is_another_name_of_the_link")
            .because(
                "a read-only buffer is a ReadOnlyBufferException",
                "ChannelContract.a_buffer_that_will_not_do_is_refused_before_others_are_touched")
            .because(
                "permissions to execute are answered otherwise",
                "ConvenienceContract.a_file_may_be_executed_as_its_permissions_say")
            .because(
                "a lock does not know its channel",
                "AsynchronousContract.handlers_are_told_once_with_their_attachment")
            .because(
                "\"\" instead of \"..\"",
                "PathContract.normalize_takes_dots_out(a/../.., ..)",
                "PathContract.normalize_takes_dots_out(a/b/../../.., ..)")
            .because(
                "\".\" instead of \"\"",
                "PathContract.normalize_takes_dots_out(., )",
                "PathContract.normalize_takes_dots_out(./, )")
            .because(
                "\"../../../c\" instead of \"../c\"",
                "PathContract.relativize_leads_from_the_one_to_the_other(/a/x/../b, /a/c, ../c)")
            .because(
                "\"../../b/c\" instead of \"c\"",
                "PathContract.relativize_leads_from_the_one_to_the_other(/a/./b, /a/b/c, c)")
            .because(
                "\"abcdefx\" instead of \"ab....x\"",
                "ChannelContract.bytes_cut_off_do_not_come_back")
            .because(
                "\"of the link\" instead of \"of the target\"",
                "LinkContract.dot_dot_leads_to_the_parent_of_the_links_target")
            .because(
                "-1L instead of 1L", "LinkContract.links_are_followed_where_nobody_says_otherwise")
            .because(
                "10L instead of 15L",
                "ChannelContract.truncating_moves_the_position_back_to_the_size(20, 15, 15)")
            .because(
                "10L instead of 20L",
                "ChannelContract.truncating_moves_the_position_back_to_the_size(20, 30, 20)")
            .because(
                "10L instead of 50L",
                "ChannelContract.truncating_to_more_than_there_is_moves_the_position_alone")
            .because(
                "20L instead of 3L",
                "ChannelContract.an_empty_write_past_the_end_does_not_grow_the_file")
            .because("3 instead of 4", "OpenContract.an_input_stream_reads_skips_and_ends")
            .because(
                "4L instead of 2L", "ChannelContract.truncating_cuts_and_pulls_the_position_back")
            .because(
                "5L instead of 3L",
                "ChannelContract.truncating_moves_the_position_back_to_the_size(3, 5, 3)")
            .because(
                "ClosedFileSystemException is thrown",
                "LifecycleContract.directory_streams_close_with_the_file_system",
                "LifecycleContract.paths_stay_values")
            .because(
                "DirectoryIteratorException is thrown",
                "DirectoryContract.an_exception_of_the_filter_comes_out_of_the_iterator")
            .because(
                "FileAlreadyExistsException is thrown",
                "LinkContract.moving_and_copying_between_names_of_a_file_does_nothing",
                "MoveContract.ATOMIC_MOVE_replaces_a_file_without_being_asked",
                "OpenContract.a_byte_channel_opens(READ+CREATE_NEW, file, content)",
                "OpenContract.a_file_channel_opens(READ+CREATE_NEW, file, content)")
            .because(
                "FileSystemException is thrown",
                "ChannelContract.appending_at_a_place_goes_to_the_end_too",
                "OpenContract.DELETE_ON_CLOSE_leaves_another_file_that_got_the_name",
                "ChannelContract.a_deleted_file_stays_usable_while_it_is_open",
                "CopyContract.a_directory_may_be_copied_into_itself",
                "OpenContract.DELETE_ON_CLOSE_finds_the_file_deleted_already")
            .because(
                "FileSystemLoopException instead of FileSystemException",
                "LinkContract.a_loop_of_links_is_an_error")
            .because(
                "FileSystemNotFoundException instead of IllegalArgumentException",
                "ProviderContract.a_uri_without_a_path_is_no_path(:a%20b)",
                "ProviderContract.a_uri_without_a_path_is_no_path(:a)")
            .because(
                "IllegalArgumentException instead of ClosedChannelException",
                "ChannelContract.closed_is_told_before_anything_else")
            .because(
                "IllegalArgumentException instead of FileSystemException",
                "InstancesContract.a_file_has_no_name_in_the_other")
            .because(
                "IllegalArgumentException instead of UnsupportedOperationException",
                "OpenContract.an_unsupported_attribute_leaves_no_file")
            .because(
                "IllegalArgumentException is thrown",
                "AddressContract.the_scheme_counts_without_regard_to_case",
                "AttributeContract.all_basic_attributes_are_read_by_a_star",
                "MatcherContract.newlines_and_rare_characters_are_characters",
                "ProviderContract.the_scheme_of_a_path_counts_without_regard_to_case(false)",
                "ProviderContract.the_scheme_of_a_path_counts_without_regard_to_case(true)")
            .because(
                "IndexOutOfBoundsException instead of IllegalArgumentException",
                "ChannelContract.negative_positions_are_refused")
            .because(
                "NoSuchElementException is thrown",
                "DirectoryContract.an_entry_that_hasNext_promised_is_given",
                "PathContract.the_iterator_goes_through_the_names")
            .because(
                "NoSuchFileException is thrown",
                "InstancesContract.an_empty_directory_is_moved_and_one_with_entries_is_not",
                "LinkContract.copying_a_link_onto_its_target_does_nothing_or_is_refused")
            .because(
                "NotDirectoryException instead of FileSystemException",
                "DirectoryContract.the_parent_must_be_a_directory",
                "MoveContract.a_file_is_no_parent")
            .because(
                "NotDirectoryException is thrown",
                "LinkContract.a_real_path_keeps_links_when_told_to")
            .because(
                "NullPointerException instead of PatternSyntaxException",
                "MatcherContract.a_wrong_pattern_is_told(glob:{a)",
                "MatcherContract.a_wrong_pattern_is_told(glob:{a,{b,c}})")
            .because(
                "NullPointerException is thrown",
                "MatcherContract.brackets_hold_one_character([{], {, true)")
            .because(
                "PatternSyntaxException is thrown",
                "MatcherContract.a_character_that_means_something_elsewhere_is_itself(()",
                "MatcherContract.a_character_that_means_something_elsewhere_is_itself())",
                "MatcherContract.braces_hold_alternatives({a\\,b,c}, a,b, true)",
                "MatcherContract.brackets([*?\\], *, true)",
                "MatcherContract.brackets([*?\\], \\, true)",
                "MatcherContract.brackets([[], [, true)")
            .because(
                "ProviderMismatchException instead of IllegalArgumentException",
                "InstancesContract.no_path_leads_from_one_to_the_other")
            .because(
                "ReadOnlyBufferException instead of IllegalArgumentException",
                "ChannelContract.a_read_only_buffer_cannot_be_read_into",
                "UserAttributeContract.a_buffer_must_have_room_and_be_writable")
            .because(
                "UnsupportedOperationException instead of NonReadableChannelException",
                "ChannelContract.a_channel_does_what_it_was_opened_for")
            .because(
                "UnsupportedOperationException instead of NonWritableChannelException",
                "ChannelContract.mapping_to_write_needs_a_writable_channel")
            .because(
                "UnsupportedOperationException instead of NullPointerException",
                "AttributeContract.a_file_store_tells_the_size_of_its_blocks_or_not",
                "AttributeContract.null_is_refused",
                "ChannelContract.null_is_refused",
                "CopyContract.null_is_refused",
                "MoveContract.null_is_refused")
            .because(
                "UnsupportedOperationException is thrown",
                "AttributeContract.a_file_store_tells_its_space",
                "ProviderContract.views_that_are_supported_can_be_read",
                "UserAttributeContract.a_value_has_its_length(0)",
                "UserAttributeContract.a_value_has_its_length(1)",
                "UserAttributeContract.a_value_has_its_length(1000)",
                "UserAttributeContract.a_value_has_its_length(15)",
                "UserAttributeContract.a_value_has_its_length(16)",
                "UserAttributeContract.a_value_has_its_length(2)",
                "UserAttributeContract.a_value_has_its_length(2000)",
                "UserAttributeContract.a_value_has_its_length(255)",
                "UserAttributeContract.a_value_has_its_length(256)",
                "UserAttributeContract.a_value_of_two_thousand_bytes_is_kept",
                "UserAttributeContract.attributes_are_read_and_set_by_name",
                "UserAttributeContract.directories_have_them_too",
                "UserAttributeContract.moves_and_copies_with_attributes_take_them_along")
            .because(
                "UserPrincipalNotFoundException instead of NullPointerException",
                "PosixContract.users_are_looked_up_by_name")
            .because(
                "false instead of true",
                "AttributeContract.a_file_store_supports_a_view_by_class_and_by_name(interface java.nio.file.attribute.BasicFileAttributeView)",
                "MatcherContract.brackets([!a-c], d, true)",
                "MatcherContract.brackets([!a]x, .x, true)",
                "MatcherContract.brackets([&&a], &, true)",
                "MatcherContract.brackets_hold_one_character([!.]*, x, true)",
                "MatcherContract.what_is_ordinary_and_what_is_escaped((a), (a), true)",
                "MatcherContract.what_is_ordinary_and_what_is_escaped(a+b, a+b, true)",
                "MoveContract.an_atomic_move_is_done_whole_or_not_at_all(empty, empty, done)",
                "MoveContract.an_atomic_move_is_done_whole_or_not_at_all(file, file, done)",
                "MoveContract.an_atomic_move_is_done_whole_or_not_at_all(full, empty, done)")
            .because("null instead of \"basic\"", "AttributeContract.a_time_that_is_null_stays")
            .because("null instead of \"owner\"", "PosixContract.owner_and_group_are_read_and_set")
            .because(
                "the exception names another path, or none",
                "CopyContract.a_file_is_no_parent",
                "DeleteContract.a_file_has_nothing_in_it_to_delete",
                "DeleteContract.every_kind_is_deleted_or_not(below, Refused)",
                "DirectoryContract.a_directory_is_made_where(d/e, file, Refused)",
                "OpenContract.a_file_has_no_files_in_it",
                "OpenContract.the_parent_is_not_made")
            .because(
                "the outcome is another one",
                "AsynchronousContract.a_closed_channel_does_nothing",
                "AttributeContract.a_file_store_supports_a_view_by_class_and_by_name(interface java.nio.file.attribute.FileOwnerAttributeView)",
                "ChannelContract.an_interrupt_closes_the_channel_and_nothing_else",
                "ChannelContract.random_reads_and_writes_agree_with_an_array(0)",
                "ChannelContract.random_reads_and_writes_agree_with_an_array(1)",
                "ChannelContract.random_reads_and_writes_agree_with_an_array(2)",
                "ChannelContract.random_reads_and_writes_agree_with_an_array(3)",
                "ChannelContract.random_reads_and_writes_agree_with_an_array(4)",
                "DirectoryContract.a_glob_chooses_names([!.]*, a.txt b.bin c d.tar.gz)",
                "LifecycleContract.a_file_to_delete_at_closing_goes_with_the_file_system",
                "LifecycleContract.channels_and_streams_close_with_the_file_system",
                "LinkContract.links_on_the_way_are_always_followed",
                "MatcherContract.a_character_that_means_something_elsewhere_is_itself(+)",
                "MatcherContract.a_character_that_means_something_elsewhere_is_itself(|)")
            .because(
                "true instead of false",
                "MatcherContract.brackets([!a-c], b, false)",
                "MatcherContract.brackets_hold_one_character([!!], !, false)",
                "MatcherContract.brackets_hold_one_character([!-a], -, false)",
                "MatcherContract.brackets_hold_one_character([!.]*, .x, false)",
                "MatcherContract.brackets_hold_one_character([?], a, false)",
                "MatcherContract.what_is_ordinary_and_what_is_escaped(a|b, a, false)")
            .because(
                "what must be refused is done, or null is returned",
                "LockContract.closing_a_channel_leaves_the_locks_of_others",
                "AsynchronousContract.a_channel_does_what_it_was_opened_for",
                "AsynchronousContract.files_are_opened_as_by_other_channels",
                "AsynchronousContract.locks_overlap_with_those_of_other_channels",
                "AttributeContract.a_missing_file_has_no_store",
                "ChannelContract.a_closed_channel_does_nothing",
                "ChannelContract.an_interrupted_write_closes_its_channel_alone",
                "CopyContract.options_that_copies_do_not_have_are_not_supported",
                "InstancesContract.an_atomic_move_is_not_possible",
                "LifecycleContract.views_of_a_closed_file_system_are_out_of_reach",
                "LinkContract.NOFOLLOW_LINKS_does_not_open_a_link",
                "LockContract.a_lock_needs_a_channel_for_its_kind",
                "LockContract.a_lock_stays_with_the_file_that_moves",
                "LockContract.a_released_lock_is_not_valid",
                "LockContract.locks_of_a_process_do_not_overlap",
                "LockContract.shared_locks_of_a_process_do_not_overlap_either",
                "MatcherContract.a_wrong_pattern_is_told(glob:[a/b])",
                "MoveContract.a_directory_does_not_move_into_itself",
                "MoveContract.options_that_moves_do_not_have_are_not_supported",
                "OpenContract.a_byte_channel_opens(CREATE, missing, NoSuchFile)",
                "OpenContract.a_byte_channel_opens(CREATE_NEW, missing, NoSuchFile)",
                "OpenContract.a_byte_channel_opens(READ+CREATE, missing, NoSuchFile)",
                "OpenContract.a_byte_channel_opens(READ+CREATE_NEW, missing, NoSuchFile)",
                "OpenContract.a_file_channel_opens(CREATE, missing, NoSuchFile)",
                "OpenContract.a_file_channel_opens(CREATE_NEW, missing, NoSuchFile)",
                "OpenContract.a_file_channel_opens(READ+CREATE, missing, NoSuchFile)",
                "OpenContract.a_file_channel_opens(READ+CREATE_NEW, missing, NoSuchFile)",
                "OpenContract.a_name_of_255_bytes_is_possible_and_not_one_more",
                "OpenContract.an_input_stream_cannot_write",
                "OpenContract.an_output_stream_cannot_read",
                "OpenContract.dots_in_paths_are_resolved",
                "OpenContract.null_is_refused",
                "OpenContract.options_of_creating_count_only_when_writing",
                "OpenContract.unknown_options_are_not_supported",
                "PathContract.relativize_does_not_know_what_a_leading_dot_dot_hides",
                "PosixContract.users_of_others_are_refused",
                "UserAttributeContract.a_name_that_is_too_long_is_refused",
                "UserAttributeContract.a_value_that_is_too_long_is_refused",
                "UserAttributeContract.null_is_refused",
                "UserAttributeContract.what_is_missing_is_told");
    if (Runtime.version().feature() >= 20) {
      deviations.because(
          "a lock of size 0 stays so",
          "LockContract.a_lock_without_a_size_goes_on_from_its_position");
    }
    if (Runtime.version().feature() < 21) {
      deviations.because(
          "1L instead of 0L", "ChannelContract.transferFrom_past_the_end_does_as_the_release_says");
    }
    return deviations.asMap();
  }

  private static final class InMemory implements Place {
    private final List<FileSystem> opened = new ArrayList<>();
    private final Path directory = directoryOfAnotherInstance();

    InMemory() throws IOException {}

    @Override
    public Path directory() {
      return directory;
    }

    @Override
    public Path directoryOfAnotherInstance() throws IOException {
      FileSystem fs =
          MemoryFileSystemBuilder.newLinux()
              .addFileAttributeView("user")
              .build("tck-" + UUID.randomUUID());
      opened.add(fs);
      return Files.createDirectory(fs.getPath("/place"));
    }

    @Override
    public URI address() {
      return URI.create("memory:tck-" + UUID.randomUUID() + ":///");
    }

    @Override
    public void close() throws IOException {
      for (FileSystem fs : opened) {
        fs.close();
      }
    }
  }
}
