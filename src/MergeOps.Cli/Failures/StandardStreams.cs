using System.Runtime.InteropServices;
using System.Text;
using MergeOps.Cli.CommandLine;

namespace MergeOps.Cli.Failures;

/// <summary>
/// Gives a process harmless standard streams that was started without some of them. Their numbers go to the next files that
/// are opened, and the runtime opens some before this program begins: what is printed would land in those, or in a model.
/// </summary>
internal static partial class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;

    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int GetFlags = 1;
    private const int DuplicateAbove = 0;
    private const int CloseOnExec = 1;
    private const int BehindStreams = 10;

    private const string Nowhere = "/dev/null";
    private const string Image = "/proc/self/exe";
    private const string CommandLine = "/proc/self/cmdline";

    /// <summary>
    /// Starts this program anew in the same process where a stream is missing: reading finds nothing, messages are lost, and
    /// data that has nowhere to go is a failure to write. Does nothing elsewhere than on Linux.
    /// </summary>
    public static void Require()
    {
        int[] lost = OperatingSystem.IsLinux() ? Array.FindAll([Input, Output, Error], IsLost) : [];
        if (lost.Length == 0 || !File.Exists(Nowhere) || !File.Exists(CommandLine))
        {
            return;
        }

        var arguments = File.ReadAllBytes(CommandLine);
        var (takesAll, takesNothing) = (Above(Open(Nowhere, ReadWrite)), Above(Open(Nowhere, ReadOnly)));
        if (takesAll < 0 || takesNothing < 0)
        {
            return;
        }

        foreach (var stream in lost)
        {
            _ = Duplicate(stream == Output ? takesNothing : takesAll, stream);
        }

        Restart(arguments);
    }

    // what a process inherits has survived the start of its program; what was opened since does not survive the next one
    private static bool IsLost(int stream) => Control(stream, GetFlags, 0) is < 0 or CloseOnExec;

    private static int Above(int descriptor) => descriptor < 0 ? descriptor : Control(descriptor, DuplicateAbove, BehindStreams);

    private static unsafe void Restart(byte[] arguments)
    {
        // each argument is ended by a zero
        List<int> starts = [0, .. Enumerable.Range(1, arguments.Length).Where(at => at < arguments.Length && arguments[at - 1] == 0)];
        fixed (byte* text = arguments)
        {
            var list = (byte**)NativeMemory.AllocZeroed((nuint)starts.Count + 1, (nuint)sizeof(byte*));
            for (var i = 0; i < starts.Count; i++)
            {
                list[i] = text + starts[i];
            }

            _ = Execute(Encoding.ASCII.GetBytes(Image + '\0'), list);
        }

        // the runtime has lost what it had opened under those numbers
        End(ExitCode.Of(Diagnostics.FailureKind.Environment));
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int descriptor, int number);

    [LibraryImport("libc", EntryPoint = "execv")]
    private static unsafe partial int Execute(byte[] path, byte** arguments);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void End(int exitCode);
}
