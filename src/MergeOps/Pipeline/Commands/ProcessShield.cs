using MergeOps.Tensors;

namespace MergeOps.Pipeline.Commands;

/// <summary>
/// Keeps programs of the same user from reading this process's environment and memory, where secrets are, as long as it
/// lives. Only Linux can do that, and nothing keeps out the administrator.
/// </summary>
internal sealed class ProcessShield : IDisposable
{
    private readonly bool? before = Posix.SetReadable(isReadable: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (before == true)
        {
            Posix.SetReadable(isReadable: true);
        }
    }
}
