namespace Distributions;

/// <summary>A file of an archive or a wheel.</summary>
/// <param name="Name">Its place there, with slashes.</param>
/// <param name="IsProgram">Whether users start it.</param>
/// <param name="Open">Gives its bytes.</param>
internal sealed record DistributedFile(string Name, bool IsProgram, Func<Stream> Open)
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Who may do what with it, whatever it was where it was made.</summary>
    public UnixFileMode Mode => IsProgram ? ForAll | Execute : ForAll;

    /// <summary>A file with these bytes.</summary>
    public static DistributedFile Of(string name, byte[] content) => new(name, IsProgram: false, () => new MemoryStream(content, writable: false));

    /// <summary>A file that travels in this program.</summary>
    public static DistributedFile Embedded(string resource, string name) => new(
        name, IsProgram: false, () => typeof(DistributedFile).Assembly.GetManifestResourceStream(resource) ?? throw new FileNotFoundException(resource));
}
