"""What the words of a passage leave open about its mixture: draws from the posterior of θ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jianghua.topics.model import TopicModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.topics.themes import Themes

    Floats = NDArray[np.float64]


def concentrations(model: TopicModel) -> Floats:
    """N_θ + α of each passage, P × K: words expected in each topic plus the prior.

    Given the topics of its words a passage's mixture is Dirichlet with these parameters
    (Griffiths & Steyvers 2004, eq. 7; the variational γ of Blei, Ng & Jordan 2003, eq. 7, is the
    same sum). The rows sum to the passage's words plus Σα. Topics and the assignment of words to
    them are taken as known, so these draws say least where topics share their words.
    """
    alpha = model.settings.get("alpha")
    prior = float(sum(alpha)) if alpha else 1.0
    return model.passage_topics * (model.bag.lengths + prior)[:, None]


def theme_concentrations(themes: Themes) -> Floats:
    """Concentrations by theme, P × (T + 1); the last column is what is set aside.

    Sums of parts of a Dirichlet are Dirichlet with the sums of its parameters, so themes can be
    drawn without drawing their topics.
    """
    import numpy as np

    own = concentrations(themes.model)
    total = own.sum(axis=1, keepdims=True)
    kept = themes.passage_themes * total
    return np.hstack([kept, np.maximum(total - kept.sum(axis=1, keepdims=True), 0)])


def draw_mixtures(parameters: Floats, draws: int, generator: np.random.Generator) -> Floats:
    """Draws from the Dirichlet of each row: draws × P × K, the last axis sums to 1.

    A parameter of zero (nothing is set aside) is drawn as zero. Independent gammas divided by
    their sum (Devroye 1986, ch. XI.4).
    """
    import numpy as np

    shape = (draws, *parameters.shape)
    gammas = generator.standard_gamma(parameters.astype(np.float32), shape, dtype=np.float32)
    # a passage all of whose gammas underflow (tiny parameters) falls back on its mean
    sums = gammas.sum(axis=-1, keepdims=True)
    mean = parameters / parameters.sum(axis=-1, keepdims=True)
    return np.where(sums > 0, gammas / np.maximum(sums, 1e-30), mean).astype(np.float64)
