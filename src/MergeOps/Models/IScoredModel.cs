namespace MergeOps.Models;

/// <summary>A model that is opened for scoring as its <see cref="ModelUse"/> says.</summary>
internal interface IScoredModel : IDisposable
{
    /// <summary>Hears which part of the call that is under way is done, from 0 to 1. A model whose calls are short tells nothing.</summary>
    Action<double>? Advanced
    {
        get => null;
        set
        {
            // nothing to tell
        }
    }
}
