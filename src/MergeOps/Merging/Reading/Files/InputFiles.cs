using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Files;

/// <summary>
/// The weight files of a plan, opened when first read and at most so many at a time, safe from many threads. A file that
/// changes between its hashing, or else its planning, and the end of the merge is an error, never a silent mixture.
/// </summary>
internal sealed class InputFiles : IDisposable
{
    private readonly int maxOpen;
    private readonly Lock gate = new();

    /// <summary>The files of each model by their names.</summary>
    private readonly Dictionary<string, InputFile>[] ofModels;

    private readonly ImmutableArray<InputFile> files;
    private long clock;

    /// <summary>Takes the identity of every file that the plan reads.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="verified">The files that were hashed, by their absolute paths; null for none.</param>
    /// <param name="elsewhere">The files that do not lie here, by the paths that they would have; null for none.</param>
    /// <param name="maxOpen">How many files are open at once.</param>
    /// <exception cref="MergeOpsException">One is gone, or is not the one that was planned or hashed.</exception>
    public InputFiles(
        MergePlan plan, IReadOnlyDictionary<string, VerifiedFile>? verified = null, IReadOnlyDictionary<string, IModelContent>? elsewhere = null, int maxOpen = 128)
    {
        this.maxOpen = maxOpen;
        NonFinite = new(plan);
        ofModels = [.. plan.Owners.Select(_ => new Dictionary<string, InputFile>(StringComparer.Ordinal))];
        var owners = plan.Owners;
        foreach (var (model, file) in plan.FilesRead)
        {
            var checkpoint = owners[model].Checkpoint;
            var path = Path.Combine(checkpoint.Folder, file);
            ofModels[model].Add(file, InputFile.Planned(checkpoint, file, verified?.GetValueOrDefault(path), elsewhere?.GetValueOrDefault(path)));
        }

        files = [.. ofModels.SelectMany(ofModel => ofModel.Values.OrderBy(file => file.Path, StringComparer.Ordinal))];
        AreElsewhere = files.Any(file => file.Identity is null);
        Identities = [.. files.Select(file => $"{file.Path} {file.Identity}")];
    }

    /// <summary>Where what is computed and read more than once may lie for a while; null keeps it nowhere, so that it is computed again.</summary>
    public string? Scratch { get; init; }

    /// <summary>Whether some of them do not lie here, so that they are best read in their order.</summary>
    public bool AreElsewhere { get; }

    /// <summary>What was found of NaN and infinity in what was read.</summary>
    public NonFiniteInputs NonFinite { get; }

    /// <summary>One line for each file, in a fixed order, that changes when the file does.</summary>
    public ImmutableArray<string> Identities { get; }

    /// <summary>The identity that a model's file had when it was opened.</summary>
    public FileIdentity? IdentityOf(int model, string file) => ofModels[model][file].Identity;

    /// <summary>By what the files are known to be the locked ones.</summary>
    public MergeEvidence Evidence => new(files.Count(file => file.IsCompared), 0, files.Count(file => !file.IsCompared));

    /// <summary>A tensor for one reader.</summary>
    public InputTensor Open(int model, TensorInfo tensor) => new(this, model, tensor, ofModels[model][tensor.File].Blocks.GetValueOrDefault(tensor.Name));

    /// <summary>Fills the buffer from a place of the file that holds a tensor.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, or is not the file that was planned.</exception>
    public void Read(int model, TensorInfo tensor, long offset, Span<byte> buffer)
    {
        var file = ofModels[model][tensor.File];
        Rent(file);
        try
        {
            file.Content!.Read(offset, buffer);
        }
        catch (MergeOpsException failure)
        {
            var diagnostic = failure.Diagnostic;
            throw new MergeOpsException(
                diagnostic with { Detail = $"Tensor {TerminalText.Quoted(tensor.Name)}: {diagnostic.Detail}" }, failure);
        }
        finally
        {
            Return(file);
        }
    }

    /// <summary>Lets the disk begin with bytes of the file that holds a tensor, which will be read soon.</summary>
    /// <exception cref="MergeOpsException">It cannot be opened, or is not the file that was planned.</exception>
    public void Announce(int model, TensorInfo tensor, long offset, long length)
    {
        var file = ofModels[model][tensor.File];
        Rent(file);
        file.Content!.Announce(offset, length);
        Return(file);
    }

    /// <summary>What to throw when the bytes of a tensor's block are not those that were hashed.</summary>
    public MergeOpsException Damaged(int model, TensorInfo tensor, long begin)
    {
        var path = ofModels[model][tensor.File].Path;
        return InputFile.Changed(
            path,
            $"Tensor {TerminalText.Quoted(tensor.Name)}: the block at byte {begin} is not what was hashed, though the file's size and times are the same. The disk, the memory or another program damaged it. "
            + "Run again: a file from the Hub is then downloaded again, and a local one hashed again, which shows whether you need to restore it.");
    }

    /// <summary>Makes sure that every file is still the same one.</summary>
    /// <exception cref="MergeOpsException">One changed, was replaced or is gone.</exception>
    public void RequireUnchanged()
    {
        foreach (var file in files)
        {
            file.RequireUnchanged();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Close();
        }
    }

    private void Rent(InputFile file)
    {
        lock (gate)
        {
            if (file.Content is null)
            {
                CloseOldest();
                file.Content = file.Reopen();
            }

            file.Users++;
            file.LastUse = ++clock;
        }
    }

    private void Return(InputFile file)
    {
        lock (gate)
        {
            file.Users--;
        }
    }

    private void CloseOldest()
    {
        var open = files.Where(file => file.Content is not null).ToList();
        if (open.Count >= maxOpen && open.Where(file => file.Users == 0).MinBy(file => file.LastUse) is { } oldest)
        {
            oldest.Close();
        }
    }
}
