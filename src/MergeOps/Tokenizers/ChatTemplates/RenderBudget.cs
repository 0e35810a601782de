namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Bounds what a template may take: it comes with a model, and a model may come from anyone.</summary>
internal sealed class RenderBudget
{
    /// <summary>The longest text, in characters.</summary>
    public const int LongestText = 1 << 22;

    private const long MostSteps = 2_000_000;

    // values and characters that count as one step where they are gone through
    private const int SizeOfStep = 16;

    private const long MostCharacters = 1L << 28;
    private const int DeepestCalls = 50;

    private long stepsLeft = MostSteps;
    private long charactersLeft = MostCharacters;
    private int depth;

    /// <summary>A step is taken.</summary>
    /// <exception cref="TemplateFault">There were too many.</exception>
    /// <param name="size">How many values and characters it goes through.</param>
    public void Step(long size = 0)
    {
        stepsLeft -= 1 + (size / SizeOfStep);
        if (stepsLeft < 0)
        {
            throw new TemplateFault($"It takes more than {MostSteps:N0} steps");
        }
    }

    /// <summary>A text was made.</summary>
    /// <exception cref="TemplateFault">It is too long, or all together are.</exception>
    public string Made(string text)
    {
        charactersLeft -= text.Length;
        return text.Length <= LongestText && charactersLeft >= 0 ? text : throw new TemplateFault("Its texts become too long");
    }

    /// <summary>A macro is called.</summary>
    /// <exception cref="TemplateFault">It calls itself too often.</exception>
    public void Enter()
    {
        if (++depth > DeepestCalls)
        {
            throw new TemplateFault("Its macros call each other too deeply");
        }
    }

    /// <summary>A macro is done.</summary>
    public void Leave() => depth--;
}
