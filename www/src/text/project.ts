/** What the build knows of the project, as the package's package.json has it. */
export interface Project {
  version: string;
  /** The commit that the site was built from; "" where that isn't known. */
  commit: string;
  /** Where the source is; "" as long as the package names no repository. */
  repository: string;
}

declare const __PROJECT__: Project;

export const PROJECT: Project = __PROJECT__;

/** The page as a BibTeX entry; `address` is where the reader has it from. */
export const citePage = (address: string): string => `@misc{lite-transformer-page,
  title        = {Lite Transformer: a translator you can look inside},
  howpublished = {\\url{${address}}},
  note         = {Version ${PROJECT.version}${PROJECT.commit && `, commit ${PROJECT.commit}`}}
}`;

export const CITE_PAPER = `@inproceedings{wu2020lite,
  title     = {Lite Transformer with Long-Short Range Attention},
  author    = {Wu, Zhanghao and Liu, Zhijian and Lin, Ji and Lin, Yujun and Han, Song},
  booktitle = {International Conference on Learning Representations},
  year      = {2020},
  url       = {https://arxiv.org/abs/2004.11886}
}`;
